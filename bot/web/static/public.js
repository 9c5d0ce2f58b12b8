// What the public pages do a little better with a script: print, and let a badge be dropped on the form.
"use strict";

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

const drop = document.querySelector("[data-drop]");
if (drop) {
  const input = drop.querySelector("input[type=file]");
  const form = drop.closest("form");
  drop.querySelector("[data-drop-hint]").hidden = false;

  const over = (event, on) => {
    event.preventDefault();
    drop.classList.toggle("drop-over", on);
  };
  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (event) => over(event, true));
  }
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) over(event, false);
  });
  document.addEventListener("drop", (event) => {
    over(event, false);
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      form.requestSubmit();
    }
  });
}
