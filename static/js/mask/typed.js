// What is typed and set beside the picture outlives a reload, too, until the server comes with other words.
export function typed(form, uuid) {
  const key = `mask-typed:${uuid}`;
  const fields = [form.elements.prompt, form.elements.feather, form.querySelector("[data-size-px]")];
  const from = fields.map((field) => field.defaultValue).join("\n");
  const kept = JSON.parse(sessionStorage.getItem(key) ?? "{}");
  const values = () => fields.map((field) => field.value);
  if (kept.from === from) {
    fields.forEach((field, nth) => {
      if (field.value === kept.values[nth]) return;
      field.value = kept.values[nth];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  form.addEventListener("input", () => sessionStorage.setItem(key, JSON.stringify({ from, values: values() })));
}
