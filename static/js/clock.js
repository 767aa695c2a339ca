// Times in the reader's own zone: <time datetime data-clock>, with "day" for the date too and "seconds" for seconds.
const language = document.documentElement.lang;
const minutes = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const FORMS = {
  "": new Intl.DateTimeFormat(language, minutes),
  day: new Intl.DateTimeFormat(language, { day: "numeric", month: "long", ...minutes }),
  seconds: new Intl.DateTimeFormat(language, { second: "2-digit", ...minutes }),
};

function tell(root) {
  for (const time of root.querySelectorAll("time[data-clock]")) {
    time.textContent = FORMS[time.dataset.clock].format(new Date(time.dateTime));
  }
}

// Whatever brings new ones (htmx, live frames), they are told in the same moment.
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) if (node.querySelectorAll) tell(node);
}).observe(document.body, { childList: true, subtree: true });
tell(document);
