// What is under way, heard once for all tabs: the tab that holds the lock keeps the one event stream and repeats what it
// hears. Pages listen to "live" on the document. While there is no stream, and after each gap, states are asked for.
import { LIVE, STATES } from "./addresses.js";

const POLL_MS = 2500;
const REOPEN_MS = 10_000;
const REOPEN_MOST_MS = 120_000;
const QUIET_BEATS = 4; // polls left out while there is a stream
const SETTLE_MS = 400;
const channel = new BroadcastChannel("live");
const ended = new Set(["succeeded", "failed", "cancelled"]);
let source;
let release;
let heard = false; // some tab has a stream that is open
let over = false; // the session has ended: nothing is asked for any more
let settling;
let reopen = REOPEN_MS; // doubled by each refusal, until a stream opens
let quietUntil = 0; // told to wait: no states are asked for before

const tell = (event) => document.dispatchEvent(new CustomEvent("live", { detail: event }));

function hear(event) {
  if (event.kind === "open") heard = true;
  if (event.kind === "down") heard = false;
  if (event.kind === "bye") end();
  if (event.kind === "open" || event.kind === "behind") settleSoon({ balance: event.again ?? true });
  if (event.kind === "balance" || ended.has(event.state)) settleSoon({ balance: true });
  else if (event.kind === "frame" && !("preview" in event)) settleSoon({});
  tell(event);
}

function share(event) {
  channel.postMessage(event);
  hear(event);
}

// `again`: not the first time, so that something may have been missed.
function open(again = false) {
  source = new EventSource(LIVE);
  source.onopen = () => {
    reopen = REOPEN_MS;
    share({ kind: "open", again });
  };
  source.onmessage = ({ data }) => share(JSON.parse(data));
  source.onerror = () => {
    again = true;
    share({ kind: "down" });
    // A browser takes up a broken line by itself, but not one that was refused.
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => source && open(true), reopen);
    reopen = Math.min(2 * reopen, REOPEN_MOST_MS);
  };
}

function hold() {
  if (over || !navigator.locks) return;
  navigator.locks.request("live", () => {
    open();
    return new Promise((resolve) => (release = resolve));
  });
}

function letGo() {
  source?.close();
  source = undefined;
  release?.();
}

function end() {
  over = true;
  letGo();
}

// The number being made, the lamp, the balance: once after a burst of events.
let balance = false;
function settleSoon({ balance: changed = false }) {
  balance ||= changed;
  clearTimeout(settling);
  settling = setTimeout(() => {
    if (balance) askBalance();
    balance = false;
    catchUp();
  }, SETTLE_MS);
}

function askBalance() {
  if (navigator.onLine) window.htmx.trigger(document.body, "balance");
}

async function catchUp() {
  if (over || Date.now() < quietUntil) return;
  const tiles = new Map([...document.querySelectorAll(".tile[data-frame]")].map((tile) => [tile.dataset.frame, tile]));
  const unsettled = [...tiles.keys()].filter((frame) => isLive(tiles.get(frame)));
  try {
    const answer = await fetch(`${STATES}?${new URLSearchParams(unsettled.map((frame) => ["id", frame]))}`, {
      headers: { "HX-Request": "true" },
    });
    if (answer.status === 401) return share({ kind: "bye" });
    if (answer.status === 429) quietUntil = Date.now() + 1000 * (Number(answer.headers.get("Retry-After")) || 60);
    if (!answer.ok) return;
    const { making, frames } = await answer.json();
    document.dispatchEvent(new CustomEvent("making", { detail: making }));
    const changed = unsettled.filter((frame) => frames[frame] !== tiles.get(frame).dataset.token);
    for (const frame of changed) tell({ kind: "frame", frame, state: "changed" });
    // Frames that ended before this page could hear of it: so did their credits.
    if (changed.some((frame) => /^(done|failed|cancelled):/.test(frames[frame]))) askBalance();
  } catch {
    // no connection: the next poll tries again
  }
}

const isLive = (tile) => ["queued", "running", "saving"].includes(tile.dataset.state);
const anyLive = () => [...document.querySelectorAll(".tile[data-frame]")].some(isLive);
const lit = () => document.querySelector(".mark")?.dataset.lit === "true";

channel.addEventListener("message", ({ data }) => hear(data));
document.addEventListener("htmx:load", (event) => event.target.matches?.(".run, .tile") && settleSoon({}));
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action")?.endsWith("/logout/")) share({ kind: "bye" });
});
document.addEventListener("visibilitychange", () => document.hidden || catchUp());
window.addEventListener("online", () => settleSoon({ balance: true }));
window.addEventListener("pagehide", letGo);
window.addEventListener("pageshow", (event) => event.persisted && (hold(), catchUp()));
// A place in the line moves by what others do, of which no event tells: it is asked for now and then.
let beats = 0;
setInterval(() => {
  beats += 1;
  if (document.hidden || !(anyLive() || lit())) return;
  if (!heard || beats % QUIET_BEATS === 0) catchUp();
}, POLL_MS);
hold();
