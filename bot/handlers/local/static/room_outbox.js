// What was written and has not arrived yet: shown at the end of its place, sent in order, kept over a reload.
// Each carries a token, so that sending again what did arrive says nothing twice.

import { act, here, Refused } from "./room_net.js";
import { onceBack, trouble } from "./room_live.js";
import { toEnd } from "./room_log.js";

const shelf = (thread) => `sukima-unsent/${here().user}/${here().place}/${thread}`;
const sample = document.getElementById("unsent");
let line = Promise.resolve();

export function start() {
  onceBack(() => document.querySelectorAll(".unsent.failed").forEach((item) => resend(item)));
  document.querySelectorAll(".composer").forEach(restore);
}

/** Show again what a composer sent in vain before the page was loaded. */
export function restore(form) {
  for (const each of kept(form.dataset.thread)) resend(draw(form, each));
}

/** Send words; answers a sentence when the room does not take them, and they go back to who wrote them. */
export async function send(form, text) {
  const item = draw(form, { text, token: crypto.randomUUID() });
  keep(item, true);
  const refusal = await sending(item);
  if (refusal) takeBack(item);
  return refusal;
}

/** Try a failed one once more; what the room does not take stays, with the reason. */
export async function resend(item) {
  const refusal = await sending(item);
  if (!refusal) return;
  item.classList.add("failed");
  item.querySelector("[role=alert]").textContent = refusal;
}

/** Give a failed one up; its words. */
export function takeBack(item) {
  keep(item, false);
  item.remove();
  return item.dataset.text;
}

function sending(item) {
  item.classList.remove("failed");
  const turn = line.then(() => attempt(item));
  line = turn.catch(() => {});
  return turn;
}

async function attempt(item) {
  const { text, token, thread } = item.dataset;
  try {
    await act("say", { text, token }, thread);
  } catch (error) {
    if (error instanceof Refused && error.message && error.status < 500 && ![401, 403].includes(error.status)) return error.message;
    item.classList.add("failed");
    trouble(error);
    return "";
  }
  const pane = item.parentElement;
  takeBack(item);
  if (pane) toEnd(pane);
  return "";
}

function draw(form, { text, token }) {
  const pane = form.parentElement.querySelector(".log");
  const item = sample.content.firstElementChild.cloneNode(true);
  Object.assign(item.dataset, { text, token, thread: form.dataset.thread });
  item.querySelector(".unsent-words").textContent = text;
  pane.append(item);
  toEnd(pane);
  return item;
}

function kept(thread) {
  try { return JSON.parse(sessionStorage.getItem(shelf(thread)) || "[]"); } catch { return []; }
}

function keep(item, on) {
  const { text, token, thread } = item.dataset;
  const others = kept(thread).filter((each) => each.token !== token);
  const all = on ? [...others, { text, token }] : others;
  if (all.length) sessionStorage.setItem(shelf(thread), JSON.stringify(all)); else sessionStorage.removeItem(shelf(thread));
}
