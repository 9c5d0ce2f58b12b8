// Files for Sukima alone: chosen, dropped or pasted into a composer, named there, and sent with the words beside them.
// What is refused stays where it is, with the reason; nothing that was written is lost.

import { bring, Refused } from "./room_net.js";
import { trouble } from "./room_live.js";

const chosen = new WeakMap();
const sample = document.getElementById("attached-file");

export const attached = (form) => chosen.get(form) || [];

export function start() {
  document.addEventListener("dragover", (event) => { if (carriesFiles(event)) { event.preventDefault(); mark(composerOf(event)); } });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) mark(null); });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault(); // also beside a composer: the browser would leave the room for the file
    mark(null);
    const form = composerOf(event);
    if (form) attach(form, event.dataTransfer.files);
  });
}

/** Make the files of a composer work that has just been drawn. */
export function prepare(form) {
  const input = form.querySelector("input[type=file]");
  input.addEventListener("change", () => { attach(form, input.files); input.value = ""; });
  form.elements.text.addEventListener("paste", (event) => {
    const { files, types } = event.clipboardData;
    if (!files.length || types.includes("text/plain")) return; // words that bring their picture along are words
    event.preventDefault();
    attach(form, files);
  });
}

export const choose = (form) => form.querySelector("input[type=file]").click();

/** Take files in, or say why not; what was there before stays. */
function attach(form, files) {
  const problems = [];
  const all = [...attached(form)];
  for (const file of files) {
    if (file.size > Number(form.dataset.bytes)) problems.push(`${file.name}: ${form.dataset.tooLarge}`);
    else if (all.length >= Number(form.dataset.most)) { problems.push(form.dataset.tooMany); break; }
    else all.push(file);
  }
  put(form, all);
  complain(form, problems.join("\n"));
  form.elements.text.focus();
}

export function detach(button) {
  const form = button.closest(".composer");
  const at = [...form.querySelectorAll(".attached-file")].indexOf(button.closest(".attached-file"));
  put(form, attached(form).filter((_, each) => each !== at));
  complain(form, "");
  form.elements.text.focus();
}

/** Send the files with the words; answers what the room told, or the reason why nothing was taken. */
export async function send(form, text) {
  const files = attached(form);
  let packed;
  try {
    packed = await Promise.all(files.map(async (file) => ({ name: file.name, data: await base64(file) })));
  } catch {
    return { refusal: form.dataset.unreadable }; // it was moved or changed since
  }
  try {
    const told = await bring({ text, files: packed }, form.dataset.thread);
    put(form, attached(form).filter((file) => !files.includes(file)));
    return { told };
  } catch (error) {
    trouble(error);
    return { refusal: (error instanceof Refused && error.message) || document.getElementById("banner").dataset.lost };
  }
}

function put(form, files) {
  chosen.set(form, files);
  const list = form.querySelector(".attached");
  list.replaceChildren(...files.map((file) => {
    const item = sample.content.firstElementChild.cloneNode(true);
    item.querySelector(".attached-name").textContent = file.name;
    const button = item.querySelector("button");
    button.setAttribute("aria-label", `${button.dataset.label} ${file.name}`);
    button.title = button.dataset.label;
    return item;
  }));
  list.hidden = form.querySelector(".attached-hint").hidden = !files.length;
}

function complain(form, sentence) {
  const place = form.querySelector(".composer-problem");
  place.textContent = sentence;
  place.hidden = !sentence;
}

const base64 = (file) => new Promise((done, failed) => {
  const reader = new FileReader();
  reader.addEventListener("load", () => done(reader.result.slice(reader.result.indexOf(",") + 1)));
  reader.addEventListener("error", () => failed(reader.error));
  reader.readAsDataURL(file);
});

const carriesFiles = (event) => [...event.dataTransfer.types].includes("Files");

const composerOf = (event) => event.target.closest?.(".pane")?.querySelector(".composer") || null;

function mark(form) {
  for (const each of document.querySelectorAll(".composer.dropping")) if (each !== form) each.classList.remove("dropping");
  form?.classList.add("dropping");
}
