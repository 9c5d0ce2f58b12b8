// Staying current: one connection that says where something changed; what it missed is fetched when it is back.

import { here, refresh, room } from "./room_net.js";

const banner = document.getElementById("banner");
const LONG = 3000;
let lostAt = 0;

export function start() {
  const source = new EventSource(`/room/live?as=${encodeURIComponent(here().user)}`);
  source.addEventListener("hello", (event) => {
    const told = JSON.parse(event.data);
    lostAt = 0;
    if (told.edition !== room.dataset.edition) { say("old", true); return; }
    hush();
    if (told.mark !== here().mark) refresh().catch(trouble);
  });
  source.addEventListener("news", (event) => {
    const concerns = JSON.parse(event.data).for[here().user];
    if (concerns) refresh().catch(trouble);
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) { retry(source); return; }
    lose();
  });
}

/** A connection that was refused, not broken: the session ended, or a proxy answered. Ask once whether we may. */
function retry(source) {
  source.close();
  setTimeout(() => refresh().then(start, (error) => { trouble(error); if (error.status !== 401) setTimeout(() => retry(source), LONG); }), 1000);
}

export function trouble(error) {
  if (error.status === 401 || error.status === 403) say("ended", true);
  else if (error.status === undefined) lose();
}

function lose() {
  if (!lostAt) { lostAt = Date.now(); setTimeout(() => { if (lostAt && Date.now() - lostAt >= LONG - 50) say("lost", true); }, LONG); }
}

function say(what, reload) {
  banner.hidden = false;
  banner.querySelector("span").textContent = banner.dataset[what];
  banner.querySelector("button").hidden = !reload;
}

function hush() { banner.hidden = true; }
