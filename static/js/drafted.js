// A composer's form as it is kept in this tab, for this account, until it is sent.
const KEY = "draft";
const NOT_KEPT = ["csrfmiddlewaretoken", "key", "quoted", "mode"];

export function keep(form) {
  const fields = [...new FormData(form)].filter(([name, value]) => !NOT_KEPT.includes(name) && typeof value === "string");
  sessionStorage.setItem(KEY, JSON.stringify({ owner: form.dataset.owner, fields }));
}

/** Its fields' names and values; undefined where nothing is kept, or another account's. */
export function kept(form) {
  const { owner, fields } = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  return owner === form.dataset.owner ? fields : undefined;
}
