// Blinking: the two take turns. Who wants less motion turns them by a press.
const EVERY_MS = 700;
const less = matchMedia("(prefers-reduced-motion: reduce)");

export function blinkOf(panes, button) {
  const label = button.querySelector("span");
  const plain = label.textContent;
  let timer = 0;
  let held = false;

  const turn = () => (panes.dataset.shown = panes.dataset.shown === "right" ? "left" : "right");

  function set(on) {
    clearInterval(timer);
    label.textContent = less.matches ? button.dataset.still : plain;
    button.setAttribute("aria-pressed", String(held && !less.matches));
    if (on && !held && !less.matches) timer = setInterval(turn, EVERY_MS);
  }

  const blink = {
    start() {
      panes.dataset.shown = "left";
      held = false;
      set(true);
    },
    stop: () => set(false),
    hold(on = !held) {
      if (less.matches && on) turn();
      held = on;
      set(true);
    },
    press: () => (less.matches ? turn() : blink.hold()),
  };
  return blink;
}
