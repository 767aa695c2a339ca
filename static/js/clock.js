// Times in the reader's own zone: <time datetime data-clock>, with "day" for the date too and "seconds" for seconds.
const language = document.documentElement.lang.replace(/^en$/, "en-GB");
const minutes = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const DAY = new Intl.DateTimeFormat(language, { day: "numeric", month: "long" });
const FORMS = {
  "": new Intl.DateTimeFormat(language, minutes),
  seconds: new Intl.DateTimeFormat(language, { second: "2-digit", ...minutes }),
};

function tell(root) {
  for (const time of root.querySelectorAll("time[data-clock]")) {
    const at = new Date(time.dateTime);
    const day = time.dataset.clock === "day" ? `${DAY.format(at)}, ` : "";
    time.textContent = day + (FORMS[time.dataset.clock] ?? FORMS[""]).format(at);
  }
}

// Whatever brings new ones (htmx, live frames), they are told in the same moment.
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) if (node.querySelectorAll) tell(node);
}).observe(document.body, { childList: true, subtree: true });
tell(document);
