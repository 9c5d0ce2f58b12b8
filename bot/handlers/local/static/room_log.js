// The messages of a place and of a thread: drawn again in place, put in order, grouped, walked through by keys.

import { act, get, here, onChanges, room } from "./room_net.js";

const log = document.getElementById("log");
const announcer = document.getElementById("announcer");
const newest = document.querySelector("[data-act=newest]");
const GROUPED = 5 * 60 * 1000;
const NEAR = 120;

export function start() {
  onChanges(draw);
  log.addEventListener("scroll", () => { mind(); }, { passive: true });
  document.addEventListener("scroll", (event) => { if (event.target.matches?.(".log")) follow(event.target); }, { capture: true, passive: true });
  document.addEventListener("visibilitychange", seen);
  window.addEventListener("focus", seen);
  document.addEventListener("keydown", walk);
  arrange(log);
  const line = document.getElementById("new-line");
  if (line) line.scrollIntoView({ block: "center" }); else toEnd(log);
  const thread = document.getElementById("thread-log");
  if (thread) { arrange(thread); toEnd(thread); }
  // Pictures that arrive late must not push the newest words out of sight.
  for (const picture of log.querySelectorAll("img")) keepEnd(picture);
  seen();
}

/** The panes whose reader stands at the end. Growing changes nothing about that; scrolling does. */
const ends = new WeakSet();
const follow = (pane) => (isAtEnd(pane) ? ends.add(pane) : ends.delete(pane));

export function toEnd(pane) { pane.scrollTop = pane.scrollHeight; ends.add(pane); mind(); }
/** To the end, but for words longer than the window: those are read from their beginning. */
function show(pane, message) {
  toEnd(pane);
  const below = message.getBoundingClientRect().top - pane.getBoundingClientRect().top;
  if (below < 0) pane.scrollTop += below - 16;
}

export const isAtEnd = (pane) => pane.scrollHeight - pane.scrollTop - pane.clientHeight < NEAR;

/** Messages before the first one here. */
export async function earlier() {
  const first = log.querySelector(".message");
  if (!first) return;
  const height = log.scrollHeight;
  const found = await get(`earlier?before=${encodeURIComponent(first.dataset.key)}`);
  for (const piece of found.messages) put(log, piece, true);
  log.querySelector(".earlier").hidden = !found.earlier;
  arrange(log);
  log.scrollTop += log.scrollHeight - height;
}

/** Tell the room that what stands here was read, when somebody can have seen it. */
let told = {};
export function seen() {
  if (document.visibilityState !== "visible" || !document.hasFocus()) return;
  const { mark, thread } = here();
  if (isAtEnd(log) && told.place !== mark) {
    told.place = mark;
    act("seen", { mark }).catch(() => { told.place = null; });
  }
  if (thread && told[thread] !== mark) {
    told[thread] = mark;
    act("seen", { mark }, thread).catch(() => { told[thread] = null; });
  }
}

function draw(changes) {
  const atEnd = isAtEnd(log);
  let mine = false;
  let fresh = [];
  for (const piece of changes.messages || []) {
    const added = put(log, piece);
    if (added) { fresh.push(added); mine = mine || piece.mine; }
  }
  if ((changes.messages || []).length) {
    arrange(log);
    log.querySelector(".empty-place").hidden = Boolean(log.querySelector(".message"));
    if (fresh.length && (atEnd || mine)) show(log, fresh[0]);
    else if (atEnd) toEnd(log); // an edit or a reaction made the last words longer
    else if (fresh.length) newest.hidden = false;
  }
  const pane = document.getElementById("thread-log");
  if (pane && (changes.replies || []).length) {
    const below = isAtEnd(pane);
    for (const piece of changes.replies) {
      const added = put(pane, piece);
      if (added) fresh.push(added);
    }
    arrange(pane);
    if (below) toEnd(pane);
  }
  announce(fresh);
  seen();
}

function put(pane, piece, past = false) {
  const box = document.createElement("template");
  box.innerHTML = piece.html; // our own server's, escaped there
  const drawn = box.content.querySelector(".message");
  const before = document.getElementById(piece.id);
  if (!drawn) { if (before) takeOut(before); return null; }
  if (before) { replace(before, drawn); keepEndsOf(drawn, pane); return null; }
  const others = [...pane.querySelectorAll(".message")];
  const first = others[0];
  const isPast = pane === log && first && !log.querySelector(".earlier").hidden && piece.order < Number(first.dataset.order);
  if (isPast && !past) return null; // it is drawn when somebody looks back
  const after = others.find((other) => Number(other.dataset.order) > piece.order && !isRoot(pane, other));
  const below = after || pane.querySelector(".unsent");
  if (below) below.before(drawn); else pane.append(drawn);
  keepEndsOf(drawn, pane);
  return drawn;
}
const isRoot = (pane, message) => pane.dataset.thread === message.dataset.key;

/** It was deleted, and nothing hangs on it; the focus stays near. */
function takeOut(message) {
  const near = message.contains(document.activeElement) && (message.nextElementSibling || message.previousElementSibling);
  message.remove();
  if (near) near.focus({ preventScroll: true });
}

/** Put the new drawing in, and the focus where it was. */
function replace(before, drawn) {
  const held = before.contains(document.activeElement) ? document.activeElement : null;
  const wanted = held && held !== before
    ? { act: held.dataset.act, emoji: held.dataset.emoji, action: held.dataset.action } : null;
  before.replaceWith(drawn);
  if (held && !wanted) drawn.focus({ preventScroll: true });
  if (wanted) {
    const again = [...drawn.querySelectorAll(`[data-act="${wanted.act}"]`)]
      .find((each) => each.dataset.emoji === wanted.emoji && each.dataset.action === wanted.action);
    (again || drawn).focus({ preventScroll: true });
  }
}

/** Lines between days, and heads only where a new person begins. */
function arrange(pane) {
  for (const line of pane.querySelectorAll(".day-line")) line.remove();
  let before = null;
  for (const message of pane.querySelectorAll(".message")) {
    const { day, author, at } = message.dataset;
    const root = isRoot(pane, message);
    if (!root && pane === log && (!before || before.dataset.day !== day)) {
      const line = document.createElement("p");
      line.className = "day-line";
      const words = document.createElement("span");
      words.textContent = message.dataset.dayWords;
      line.append(words);
      const newLine = message.previousElementSibling;
      (newLine && newLine.classList.contains("new-line") ? newLine : message).before(line);
    }
    const follows = before && before.dataset.day === day && before.dataset.author === author
      && !before.classList.contains("deleted") && !isRoot(pane, before)
      && before.classList.contains("ephemeral") === message.classList.contains("ephemeral")
      && Date.parse(at) - Date.parse(before.dataset.at) < GROUPED
      && !(message.previousElementSibling && message.previousElementSibling.classList.contains("new-line"));
    message.classList.toggle("follows", Boolean(follows));
    message.classList.toggle("thread-root", root);
    before = message;
  }
}

function announce(fresh) {
  const words = fresh
    .filter((message) => message.dataset.author !== room.dataset.user)
    .map((message) => {
      const who = message.querySelector(".message-author").textContent;
      const said = message.querySelector(".card-look, .words");
      return `${who}: ${said ? said.innerText : ""}`;
    });
  if (words.length) announcer.textContent = words.join("\n").slice(0, 1000);
}

function mind() {
  if (isAtEnd(log)) { newest.hidden = true; seen(); }
}

function keepEndsOf(message, pane) {
  for (const picture of message.querySelectorAll("img")) keepEnd(picture, pane);
}

/** Whoever stands at the end when a picture arrives stays there: its height is known only then. */
function keepEnd(picture, pane = log) {
  if (picture.complete) return;
  picture.addEventListener("load", () => { if (ends.has(pane)) toEnd(pane); }, { once: true });
}

/** Up and down from message to message, once the focus is among them. */
function walk(event) {
  if (!["ArrowUp", "ArrowDown", "Home", "End"].includes(event.key) || event.altKey || event.ctrlKey || event.metaKey) return;
  const pane = event.target.closest?.(".log");
  if (!pane || event.target.closest("input, textarea, select")) return;
  const messages = [...pane.querySelectorAll(".message")];
  const at = messages.indexOf(event.target.closest(".message"));
  const next = { ArrowUp: at < 0 ? messages.length - 1 : at - 1, ArrowDown: at + 1, Home: 0, End: messages.length - 1 }[event.key];
  if (!messages[next]) return;
  event.preventDefault();
  messages[next].focus();
  messages[next].scrollIntoView({ block: "nearest" });
}
