// The window itself: a keyboard on the screen takes no words away, keys lead from place to place, first steps are shown once.

import { room } from "./room_net.js";

const KNOWN = "sukima-knows-the-room";

export function start() {
  const seen = window.visualViewport;
  if (seen) {
    const fit = () => {
      // What a phone's keyboard covers is not there; zooming in is no keyboard.
      const covered = seen.scale === 1 && innerHeight - seen.height > 1;
      room.style.blockSize = covered ? `${seen.height}px` : "";
      if (covered) window.scrollTo(0, 0);
    };
    seen.addEventListener("resize", fit);
    fit();
  }
  document.getElementById("first-hint").hidden = Boolean(localStorage.getItem(KNOWN));
  document.addEventListener("keydown", keys);
}

export function hideHint(button) {
  localStorage.setItem(KNOWN, "1");
  const field = button.closest(".pane").querySelector(".composer textarea");
  document.getElementById("first-hint").hidden = true;
  field.focus();
}

function keys(event) {
  if (event.isComposing || document.querySelector("dialog[open]")) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "/") {
    event.preventDefault();
    document.getElementById("keys-dialog").showModal();
  } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    goTo(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.target.matches?.(".message") && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const wanted = { r: "pick", t: "thread" }[event.key.toLowerCase()];
    const button = wanted && event.target.querySelector(`[data-act="${wanted}"]`);
    if (button) { event.preventDefault(); button.click(); }
  }
}

function goTo(by) {
  const places = [...document.querySelectorAll("#places a.place")];
  const at = places.findIndex((place) => place.hasAttribute("aria-current"));
  const next = places[(at + by + places.length) % places.length];
  if (next) next.click();
}
