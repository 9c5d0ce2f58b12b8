// The connection that says where something changed. Used by one worker for all windows of a browser, or by a window.

const FIRST = 1000;
const LONGEST = 30000;

/** Follow the room and `tell` {kind: "hello" | "news" | "lost" | "refused", ...}. The answer asks again at once. */
export function follow(tell) {
  let source = null;
  let wait = FIRST;
  let timer = 0;

  function open() {
    clearTimeout(timer);
    timer = 0;
    source = new EventSource("/room/live");
    source.addEventListener("hello", (event) => { wait = FIRST; tell({ kind: "hello", ...JSON.parse(event.data) }); });
    source.addEventListener("news", (event) => tell({ kind: "news", ...JSON.parse(event.data) }));
    source.addEventListener("error", () => {
      if (source.readyState !== EventSource.CLOSED) { tell({ kind: "lost" }); return; } // the browser tries again itself
      // Refused, not broken: the session ended, or something else answers at this address.
      tell({ kind: "refused" });
      if (!timer) timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST);
    });
  }

  open();
  return () => { if (source.readyState === EventSource.CLOSED) open(); };
}
