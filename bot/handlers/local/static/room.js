// The staff room in the browser: what is pressed becomes an act; what the room answers is drawn by the others.

import * as composer from "./room_composer.js";
import * as files from "./room_files.js";
import * as forms from "./room_forms.js";
import * as live from "./room_live.js";
import * as log from "./room_log.js";
import * as outbox from "./room_outbox.js";
import * as screen from "./room_screen.js";
import { act, get, onChanges, openThread, Refused, renew, room } from "./room_net.js";

const picker = document.getElementById("picker");
const thread = document.getElementById("thread");
const sidebar = document.getElementById("sidebar");
let pickFor = null;

const acts = {
  press: async (button) => {
    const message = button.closest(".message");
    await busy(button, async () => forms.follow(await act("press", { action: button.dataset.action }, threadOf(message))));
  },
  react: (button) => react(button.closest(".message"), button.dataset.emoji, button.getAttribute("aria-pressed") !== "true"),
  pick: (button) => pick(button),
  picked: async (button) => {
    picker.hidePopover();
    const message = pickFor && document.getElementById(pickFor);
    if (!message) return;
    await react(message, button.dataset.emoji, true);
    const there = document.getElementById(message.id);
    const stays = document.activeElement === document.body || there?.contains(document.activeElement);
    if (stays) there?.focus({ preventScroll: true }); // who went on to write is not called back
  },
  "open-form": (button) => forms.open(button.closest(".message")),
  "cancel-form": (button) => forms.cancel(button),
  thread: (button) => openPane(button.closest(".message").dataset.key),
  "close-thread": () => closePane(),
  open: (button) => { closeMenu(); document.getElementById(button.dataset.opens).showModal(); },
  close: (button) => button.closest("dialog").close(),
  enlarge: (link) => enlarge(link),
  earlier: (button) => busy(button, log.earlier),
  newest: () => log.toEnd(document.getElementById("log")),
  menu: (button) => { const opened = room.classList.toggle("menu-open"); button.setAttribute("aria-expanded", String(opened)); if (opened) sidebar.querySelector("a")?.focus(); },
  "close-menu": () => closeMenu(),
  language: (button) => busy(button, async () => { await act("language", { lang: button.dataset.lang }); renew(); }),
  clock: (button) => move(button, { to: button.dataset.to }),
  reload: () => location.reload(),
  resend: (button) => outbox.resend(button.closest(".unsent")),
  "take-back": (button) => {
    const item = button.closest(".unsent");
    const form = item.closest(".pane").querySelector(".composer");
    composer.giveBack(form, outbox.takeBack(item));
  },
  attach: (button) => files.choose(button.closest(".composer")),
  detach: (button) => files.detach(button),
  "hide-hint": (button) => screen.hideHint(button),
};

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-act]");
  if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const doing = acts[target.dataset.act];
  if (!doing) return;
  event.preventDefault();
  Promise.resolve(doing(target)).catch(report);
});

document.addEventListener("click", (event) => {
  if (event.target.matches?.("dialog")) event.target.close(); // beside the dialog
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || document.querySelector("dialog[open]") || picker.matches(":popover-open")) return;
  if (room.classList.contains("menu-open")) { closeMenu(); document.querySelector(".menu-button").focus(); }
  else if (openThread()) closePane();
});

document.querySelector(".clock-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  move(form.querySelector("button"), { to: "moment", at: form.elements.at.value });
});

onChanges((changes) => {
  if (changes.lang && changes.lang !== room.dataset.lang) { renew(); return; }
  fill("places", changes.places);
  fill("chairs", changes.chairs);
  fill("clock", changes.clock);
  if (changes.unread !== undefined) {
    document.getElementById("menu-dot").hidden = !changes.unread;
    document.title = (changes.unread ? `(${changes.unread}) ` : "") + room.dataset.title;
  }
});

/** Server-drawn pieces around the messages; the focus stays on the same place. */
function fill(id, html) {
  const place = document.getElementById(id);
  if (html === undefined || place.dataset.drawn === html) return;
  const held = place.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  place.dataset.drawn = html;
  place.innerHTML = html; // our own server's, escaped there
  if (held) [...place.querySelectorAll("a")].find((link) => link.getAttribute("href") === held)?.focus({ preventScroll: true });
}

const threadOf = (message) => message?.closest("[data-thread]")?.dataset.thread || "";

async function busy(button, doing) {
  if (button.dataset.busy) return;
  button.dataset.busy = "1";
  button.setAttribute("aria-busy", "true");
  try { await doing(); } finally { delete button.dataset.busy; button.removeAttribute("aria-busy"); }
}

async function react(message, emoji, on) {
  if (message) await act("react", { message: message.dataset.key, emoji, on }, threadOf(message));
}

function pick(button) {
  pickFor = button.closest(".message").id;
  picker.showPopover();
  const at = button.getBoundingClientRect();
  const size = picker.getBoundingClientRect();
  picker.style.left = `${Math.max(8, Math.min(at.right - size.width, innerWidth - size.width - 8))}px`;
  picker.style.top = `${at.top - size.height - 6 > 8 ? at.top - size.height - 6 : Math.min(at.bottom + 6, innerHeight - size.height - 8)}px`;
  picker.querySelector("button").focus();
}

picker.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 6, ArrowUp: -6 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...picker.querySelectorAll("button")];
  all[Math.max(0, Math.min(all.length - 1, all.indexOf(document.activeElement) + step))].focus();
});

async function openPane(key) {
  const told = await get(`thread/${encodeURIComponent(key)}`);
  thread.innerHTML = told.html; // our own server's, escaped there
  thread.hidden = false;
  room.classList.add("with-thread");
  history.replaceState(null, "", `${room.dataset.url}?thread=${encodeURIComponent(key)}`);
  const form = thread.querySelector(".composer");
  composer.prepare(form);
  outbox.restore(form);
  log.toEnd(document.getElementById("thread-log"));
  log.seen();
  form.elements.text.focus();
}

function closePane() {
  const key = openThread();
  thread.hidden = true;
  thread.replaceChildren();
  room.classList.remove("with-thread");
  history.replaceState(null, "", room.dataset.url);
  document.getElementById(`m-${key}`)?.focus({ preventScroll: true });
}

function closeMenu() {
  room.classList.remove("menu-open");
  document.querySelector(".menu-button").setAttribute("aria-expanded", "false");
}

function enlarge(link) {
  const box = document.getElementById("lightbox");
  const shown = link.querySelector("img");
  box.querySelector("img").src = shown.src;
  box.querySelector("img").alt = shown.alt;
  box.querySelector("p").textContent = shown.alt;
  box.showModal();
}

async function move(button, how) {
  const problem = document.getElementById("clock-problem");
  problem.hidden = true;
  await busy(button, async () => {
    try {
      await act("clock", how);
      document.getElementById("clock-dialog").close();
    } catch (error) {
      if (!(error instanceof Refused) || !error.message) throw error;
      problem.textContent = error.message;
      problem.hidden = false;
    }
  });
}

function report(error) {
  if (error instanceof Refused && error.message) {
    const place = document.querySelector(".composer-problem");
    place.textContent = error.message;
    place.hidden = false;
  }
  live.trouble(error);
}

screen.start();
composer.start();
log.start();
outbox.start();
live.start();
room.dataset.ready = "1";
