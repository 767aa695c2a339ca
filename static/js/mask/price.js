// The price follows what is chosen: a part that is painted has the picture's shape, an extended picture a larger one.
export function pricing(form, send) {
  const chosen = () => `${form.elements.mask_kind.value} ${form.elements.extend_shape.value}`;
  const cost = () => form.querySelector("[data-cost]");
  let priced = chosen();

  async function ask() {
    const asked = priced;
    const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    const text = await fetch(form.dataset.quote, { method: "POST", body: new URLSearchParams(fields) })
      .then((answer) => answer.ok && !answer.redirected && answer.text())
      .catch(() => {});
    if (!text || asked !== priced) return; // the press is refused with the new price instead
    cost().outerHTML = text;
    form.elements.quoted.value = cost().dataset.credits;
  }

  function follow() {
    if (chosen() === priced) return;
    priced = chosen();
    send.after(ask()); // a press waits for it
  }
  form.addEventListener("change", follow);
  addEventListener("pageshow", follow); // going back brings choices back later than this runs
}
