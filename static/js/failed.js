// An htmx request that came to nothing is told: beside the button of the composer where there is one.
const lines = () => document.querySelectorAll("[data-composer] [data-failed]");

function tell(why) {
  for (const line of lines()) line.hidden = line.dataset.failed !== why;
}

document.addEventListener("htmx:responseError", ({ detail }) => detail.xhr.status === 401 && tell("signed-out"));
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && detail.elt.matches?.("[data-composer]")) tell();
});
document.addEventListener("live", ({ detail }) => detail.kind === "bye" && tell("signed-out"));
