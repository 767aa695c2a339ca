// Back does what the cross does: what is drawn goes along to the page before. An entry of our own lies over the page's, so
// that Back is heard while the page is still there.
import { keep } from "../drafted.js";
import { say } from "../toasts.js";

/** `changed()` says whether there is anything to take along. */
export function goingBack(form, { send, changed, close, words }) {
  // Returns why not, if not.
  async function save() {
    await send.settle();
    const answer = await fetch(close.formAction, { method: "POST", body: new FormData(form) }).catch(() => {});
    if (!answer?.ok) return words.unsaved;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const composer = page.querySelector("[data-composer]");
    if (!composer) return words.unsaved; // signed out meanwhile
    keep(composer);
    return page.querySelector("#error-mask:not([hidden])")?.textContent.trim() ?? "";
  }

  if (!history.state?.over) {
    history.replaceState({ under: true }, "");
    history.pushState({ over: true }, "");
  }
  addEventListener("popstate", async () => {
    if (!history.state?.under) return; // forward again, or to a part of this page
    const wrong = changed() ? await save() : "";
    if (!wrong) return history.back();
    history.forward();
    say(wrong);
  });
}
