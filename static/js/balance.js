// What the balance is made of: opens where a mouse rests on it, on focus and on a press, and is fetched each time it opens.
const menu = document.querySelector("[data-balance-menu]");
const REST_MS = 120;

if (menu) {
  const summary = menu.querySelector("summary");
  let resting = 0;
  let shown = false; // by resting or focus, not by a press

  const show = () => {
    if (menu.open) return;
    shown = true;
    menu.open = true;
  };
  const hide = () => {
    clearTimeout(resting);
    if (shown && !menu.matches(":focus-within")) menu.open = false;
  };

  menu.addEventListener("toggle", () => {
    if (menu.open) menu.querySelector("[data-balance-lots]").dispatchEvent(new Event("opened"));
    else shown = false;
  });
  menu.addEventListener("pointerenter", (event) => {
    if (event.pointerType === "mouse") resting = setTimeout(show, REST_MS);
  });
  menu.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && hide());
  // Coming back from within it, as Escape does, opens nothing.
  summary.addEventListener("focus", (event) => {
    if (summary.matches(":focus-visible") && !menu.contains(event.relatedTarget)) show();
  });
  // A press on what is open already by resting keeps it open.
  summary.addEventListener("click", (event) => {
    clearTimeout(resting);
    if (!shown) return;
    event.preventDefault();
    shown = false;
  });
}
