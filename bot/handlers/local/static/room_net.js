// Talking to the room: one place knows addresses, the token, and what the answers mean.

export const room = document.getElementById("room");
const base = room.dataset.url;
let mark = Number(room.dataset.mark);
const hearers = new Set();

/** Call `hear(changes)` with whatever the room says must be drawn again. */
export function onChanges(hear) { hearers.add(hear); }

export const here = () => ({ user: room.dataset.user, place: room.dataset.place, mark, thread: openThread() });

/** The thread that stands open beside the place, or "". */
export function openThread() {
  const log = document.getElementById("thread-log");
  return log ? log.dataset.thread : "";
}

/** Something that the person does. Answers what the room told; throws Refused with a sentence. */
export const act = (name, body, thread = "") => done(`${base}/do/${name}`, body, thread);

/** Files that the person sends; likewise. */
export const bring = (body, thread = "") => done(base.replace("/as/", "/bring/"), body, thread);

async function done(url, body, thread) {
  const answer = await ask(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": room.dataset.csrf },
    body: JSON.stringify({ ...body, thread: thread || null, since: mark }),
  });
  if (answer.changes) apply(answer.changes, openThread());
  return answer;
}

/** Fetch and draw what changed since this window's mark. */
let fetching = null;
let again = false;
export async function refresh() {
  if (fetching) { again = true; return fetching; }
  fetching = (async () => {
    do {
      again = false;
      const thread = openThread();
      const query = new URLSearchParams({ since: String(mark) });
      if (thread) query.set("thread", thread);
      apply(await get(`changes?${query}`), thread);
    } while (again);
  })();
  try { await fetching; } finally { fetching = null; }
}

/** A piece of this place. */
export const get = (path) => ask(`${base}/${path}`, {});

/** Load the page again, once: who presses and who hears of it both ask, and a second time would stop the first. */
let leaving = false;
export function renew() {
  if (leaving) return;
  leaving = true;
  location.reload();
}
window.addEventListener("pageshow", (event) => { if (event.persisted) leaving = false; });

function apply(changes, thread) {
  if (changes.anew) { renew(); return; }
  // An answer may be overtaken by a later one, which brought all that it brings: drawn now, it would undo the newer.
  if (changes.mark < mark) return;
  if (thread === openThread()) mark = changes.mark;
  for (const hear of hearers) hear(changes);
}

export class Refused extends Error {
  constructor(sentence, status) { super(sentence); this.status = status; }
}

async function ask(url, options) {
  const response = await fetch(url, {
    ...options, credentials: "same-origin", headers: { Accept: "application/json", ...(options.headers || {}) },
  });
  let told = {};
  try { told = await response.json(); } catch { /* what is no JSON says nothing */ }
  if (!response.ok) throw new Refused(told.problem || "", response.status);
  return told;
}
