// Seconds and the line at a frame's foot go on between the events that tell of it.
const began = new WeakMap();

function tick() {
  const now = performance.now();
  for (const time of document.querySelectorAll("[data-spent]")) {
    if (!began.has(time)) began.set(time, now - 1000 * Number(time.dataset.spent));
    const spent = (now - began.get(time)) / 1000;
    const usual = Number(time.dataset.usual);
    const words = { spent: Math.round(spent), usual };
    time.textContent = (spent <= usual ? time.dataset.words : time.dataset.late).replace(/\{(\w+)\}/g, (_, name) => words[name]);
    time.dataset.short = time.dataset.short.replace(/\d+/, words.spent);
    const done = usual ? Math.min(0.95, spent / usual) : 0;
    const tile = time.closest(".tile");
    tile.dataset.done = Math.round(10 * done);
    const line = tile.querySelector("progress[value]");
    if (line) line.value = done;
  }
}

setInterval(tick, 1000);
