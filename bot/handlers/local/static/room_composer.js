// Writing: Enter sends, Shift+Enter begins a line, a word that is still being composed is never sent. Drafts stay.

import { act, here, Refused } from "./room_net.js";
import { toEnd } from "./room_log.js";
import * as outbox from "./room_outbox.js";
import * as files from "./room_files.js";
import { follow } from "./room_forms.js";
import { trouble } from "./room_live.js";

const kept = (form) => `sukima-draft/${here().user}/${here().place}/${form.dataset.thread}`;

const narrow = matchMedia("(max-width: 48rem)");

export function start() {
  document.querySelectorAll(".composer").forEach(prepare);
  files.start();
  narrow.addEventListener("change", () => document.querySelectorAll(".composer").forEach(invite));
}

/** A few words that fit into the field. */
function invite(form) {
  const words = form.elements.text;
  words.placeholder = narrow.matches ? words.dataset.short : words.dataset.long;
}

/** Make a composer work that has just been drawn. */
export function prepare(form) {
  const words = form.querySelector("textarea");
  words.value = sessionStorage.getItem(kept(form)) || "";
  invite(form);
  fit(words);
  files.prepare(form);
  words.addEventListener("input", () => { keep(form); fit(words); complain(form, ""); hint(form); });
  words.addEventListener("keydown", (event) => key(form, event));
  words.addEventListener("blur", () => setTimeout(() => fold(form), 150));
  form.addEventListener("submit", (event) => { event.preventDefault(); send(form); });
  form.querySelector(".hints").addEventListener("mousedown", (event) => {
    const chosen = event.target.closest(".hint");
    if (chosen) { event.preventDefault(); choose(form, chosen); }
  });
}

function keep(form) {
  const text = form.elements.text.value;
  if (text) sessionStorage.setItem(kept(form), text); else sessionStorage.removeItem(kept(form));
}

function fit(words) {
  words.style.height = "auto";
  words.style.height = `${Math.min(words.scrollHeight, 220)}px`;
}

function key(form, event) {
  // 229 is what browsers say while an input method has the key (Safari ends the composition before the key).
  if (event.isComposing || event.keyCode === 229) return;
  const list = form.querySelector(".hints");
  if (!list.hidden) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); move(form, event.key === "ArrowDown" ? 1 : -1); return; }
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); fold(form); return; }
    const chosen = list.querySelector("[aria-selected=true]");
    if ((event.key === "Tab" && !event.shiftKey) || (event.key === "Enter" && chosen)) {
      event.preventDefault(); choose(form, chosen || list.firstElementChild); return;
    }
  }
  if (event.key === "Enter" && !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey) { event.preventDefault(); send(form); }
}

async function send(form) {
  const field = form.elements.text;
  const text = field.value;
  const withFiles = files.attached(form).length > 0;
  if (!(text.trim() || withFiles) || form.dataset.busy) return;
  fold(form);
  complain(form, "");
  if (withFiles) { await sendFiles(form, text); return; }
  field.value = ""; fit(field); keep(form);
  field.focus();
  const refusal = await (isCommand(text) ? command(form, text) : outbox.send(form, text));
  if (refusal) { giveBack(form, text); complain(form, refusal); }
}

/** Files and words go together and stay until they are taken; what was written meanwhile stays too. */
async function sendFiles(form, text) {
  const field = form.elements.text;
  const { told, refusal } = await busily(form, () => files.send(form, text));
  if (refusal) { complain(form, refusal); return; }
  if (field.value.startsWith(text)) field.value = field.value.slice(text.length);
  fit(field); keep(form);
  field.focus();
  follow(told);
  toEnd(form.parentElement.querySelector(".log"));
}

async function busily(form, doing) {
  form.dataset.busy = "1";
  form.setAttribute("aria-busy", "true");
  try { return await doing(); } finally { delete form.dataset.busy; form.removeAttribute("aria-busy"); }
}

const isCommand = (text) => /^[/／]/.test(text);

/** What is meant for Sukima alone does not stand among the words; answers why it was not taken. */
async function command(form, text) {
  try {
    follow(await busily(form, () => act("say", { text }, form.dataset.thread)));
    toEnd(form.parentElement.querySelector(".log"));
    return "";
  } catch (error) {
    trouble(error);
    return error instanceof Refused && error.message ? error.message : document.getElementById("banner").dataset.lost;
  }
}

/** Words that were not taken return to where they were written. */
export function giveBack(form, text) {
  const field = form.elements.text;
  field.value = field.value ? `${text}\n${field.value}` : text;
  fit(field); keep(form);
  field.focus();
}

function complain(form, sentence) {
  const place = form.querySelector(".composer-problem");
  place.textContent = sentence;
  place.hidden = !sentence;
}

// ---- what can follow a slash

function hint(form) {
  const text = form.elements.text.value.normalize("NFKC").toLowerCase();
  const list = form.querySelector(".hints");
  if (!text.startsWith("/") || text.includes("\n")) { fold(form); return; }
  const all = [...document.getElementById("hint-words").content.querySelectorAll(".hint")];
  const fitting = all.filter((each) => each.dataset.words.startsWith(text) && each.dataset.words !== text.trim());
  list.replaceChildren(...fitting.map((each, at) => {
    const copy = each.cloneNode(true);
    copy.id = `${list.id}-${at}`;
    copy.setAttribute("aria-selected", "false");
    return copy;
  }));
  list.hidden = !fitting.length;
  form.elements.text.setAttribute("aria-expanded", String(!list.hidden));
}

function move(form, by) {
  const options = [...form.querySelectorAll(".hint")];
  const at = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
  const next = options[(at + by + options.length + (at < 0 && by < 0 ? 1 : 0)) % options.length];
  options.forEach((each) => each.setAttribute("aria-selected", String(each === next)));
  form.elements.text.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

function choose(form, chosen) {
  form.elements.text.value = `${chosen.dataset.words} `;
  fold(form); keep(form);
  form.elements.text.focus();
}

function fold(form) {
  form.querySelector(".hints").hidden = true;
  form.elements.text.setAttribute("aria-expanded", "false");
  form.elements.text.removeAttribute("aria-activedescendant");
}
