// Staying current: hears where something changed, asks for it, and says when the room cannot be heard.

import { follow } from "./room_stream.js";
import { here, refresh, room } from "./room_net.js";

const banner = document.getElementById("banner");
const LONG = 3000;
let losing = 0;
let wasLost = false;
const waiting = new Set();

/** Call `doing` whenever the room is heard again after it was lost. */
export function onceBack(doing) { waiting.add(doing); }

export function start() {
  if (!window.SharedWorker) { follow(hear); return; }
  let port = null;
  const join = () => {
    const worker = new SharedWorker(room.dataset.worker, { type: "module", name: room.dataset.edition });
    worker.addEventListener("error", () => { if (port) { port = null; follow(hear); } });
    port = worker.port;
    port.addEventListener("message", (event) => hear(event.data));
    port.start();
  };
  join();
  window.addEventListener("pagehide", () => { if (port) port.postMessage("goodbye"); });
  window.addEventListener("pageshow", (event) => { if (event.persisted && port) join(); });
}

const heard = {
  hello: (told) => {
    clearTimeout(losing);
    losing = 0;
    if (told.edition !== room.dataset.edition) { say("old", true); return; }
    hush();
    if (told.mark !== here().mark) refresh().catch(trouble);
    if (wasLost) for (const doing of waiting) doing();
    wasLost = false;
  },
  news: (told) => { if (told.for[here().user] || told.for["*"]) refresh().catch(trouble); },
  lost: () => lose(),
  // Whether it is we who may not come in any more, the room says when it is asked.
  refused: () => refresh().catch(trouble),
};

function hear(told) {
  room.dataset.live = told.kind === "news" ? "hello" : told.kind;
  heard[told.kind](told);
}

/** Say what an act or a question that failed means for this window. */
export function trouble(error) {
  if (error.status === 401 || error.status === 403) say("ended", true);
  else if (error.status === 404) say("gone", true);
  else if (error.status === undefined) { if (error instanceof TypeError) lose(); else throw error; }
  else if (!error.message) say("trouble", true);
}

function lose() {
  wasLost = true;
  if (!losing) losing = setTimeout(() => say("lost", true), LONG);
}

function say(what, reload) {
  banner.hidden = false;
  banner.dataset.says = what;
  banner.querySelector("span").textContent = banner.dataset[what];
  banner.querySelector("button").hidden = !reload;
}

function hush() { banner.hidden = true; }
