// Forms as dialogs: what was typed stays when it was refused, and when the page is loaded again.

import { act, here, Refused } from "./room_net.js";
import { trouble } from "./room_live.js";

const dialog = document.getElementById("form-dialog");

/** Open the form of a message. */
export function open(message) {
  const source = message.querySelector(".message-form");
  if (!source) return;
  dialog.replaceChildren(source.content.cloneNode(true));
  const form = dialog.querySelector("form");
  form.dataset.thread = message.closest("[data-thread]")?.dataset.thread || "";
  form.dataset.kept = `sukima-form/${here().user}/${message.dataset.key}`;
  restore(form);
  form.addEventListener("input", () => sessionStorage.setItem(form.dataset.kept, JSON.stringify(values(form))));
  form.addEventListener("submit", (event) => { event.preventDefault(); submit(form); });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
    else if (event.key === "Enter" && event.isComposing) event.preventDefault();
  });
  if (!dialog.open) dialog.showModal();
  form.querySelector(".input")?.focus();
}

/** Leave the form by its own way, which may tell the room. */
export async function cancel(button) {
  const form = button.closest("form");
  await run(form, () => act("press", { action: button.dataset.action }, form.dataset.thread));
}

const values = (form) => Object.fromEntries([...form.querySelectorAll(".input")].map((field) => [field.name, field.value]));

function restore(form) {
  let before = {};
  try { before = JSON.parse(sessionStorage.getItem(form.dataset.kept) || "{}"); } catch { /* nothing worth keeping */ }
  for (const field of form.querySelectorAll(".input")) if (before[field.name]) field.value = before[field.name];
}

async function submit(form) {
  let first = null;
  for (const field of form.querySelectorAll(".input")) {
    const lacking = field.required && !field.value.trim();
    const place = document.getElementById(`${field.id}-error`);
    place.textContent = lacking ? place.dataset.needed : "";
    place.hidden = !lacking;
    field.setAttribute("aria-invalid", String(lacking));
    if (lacking && !first) first = field;
  }
  if (first) { first.focus(); return; }
  await run(form, () => act("submit", { action: form.dataset.action, values: values(form) }, form.dataset.thread));
}

async function run(form, doing) {
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  refuse(form, "");
  try {
    const told = await doing();
    if (told.refused) {
      if (told.refused.action) form.dataset.action = told.refused.action;
      refuse(form, told.refused.words);
      return;
    }
    sessionStorage.removeItem(form.dataset.kept);
    dialog.close();
    follow(told);
  } catch (error) {
    refuse(form, error instanceof Refused && error.message ? error.message : document.getElementById("banner").dataset.lost);
    trouble(error);
  } finally {
    delete form.dataset.busy;
  }
}

function refuse(form, sentence) {
  const place = form.querySelector(".form-refused");
  place.textContent = sentence;
  place.hidden = !sentence;
  if (!sentence) return;
  const field = form.querySelector(".input");
  if (field) { field.setAttribute("aria-invalid", "true"); field.focus(); }
}

/** An answer that brings a form is asked at once. */
export function follow(told) {
  if (!told.form) return;
  const message = document.getElementById(`t-${told.form}`) || document.getElementById(`m-${told.form}`);
  if (message) open(message);
}
