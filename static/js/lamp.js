// The lamp is lit while frames are being made: in the mark, in the favicon and as a number in the bar.
// Whoever knows the number says so: document.dispatchEvent(new CustomEvent("making", { detail: 3 })).
const favicon = document.querySelector("#favicon");
const dark = favicon?.getAttribute("href");

export function light(making) {
  for (const mark of document.querySelectorAll(".mark[data-lit]")) mark.dataset.lit = String(making > 0);
  if (favicon) favicon.href = making > 0 ? favicon.dataset.litHref : dark;
  for (const note of document.querySelectorAll("[data-making]")) {
    note.dataset.making = making;
    note.hidden = making === 0;
    note.querySelector("[data-making-count]").textContent = making;
  }
}

document.addEventListener("making", (event) => light(event.detail));
const first = document.querySelector("[data-making]");
if (first) light(Number(first.dataset.making));
