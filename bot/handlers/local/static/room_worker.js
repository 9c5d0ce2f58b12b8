// One connection for all windows of this browser: browsers allow six to one address, and a seventh window would hang.

import { follow } from "./room_stream.js";

const windows = new Set();
let latest = { kind: "lost" };

const again = follow((told) => {
  latest = told.kind === "news" ? latest : told;
  for (const each of windows) each.postMessage(told);
});

self.addEventListener("connect", (event) => {
  const [port] = event.ports;
  windows.add(port);
  port.addEventListener("message", () => windows.delete(port)); // its one word is goodbye
  port.start();
  // When the connection greeted, this window was not there: without a mark it asks what it missed.
  if (latest.kind === "hello") port.postMessage({ ...latest, mark: null });
  else again();
});
