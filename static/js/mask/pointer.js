// Mouse, pen and fingers on the picture. One pointer draws; two fingers zoom and move; Space or the middle button moves.
// A gesture is {move(events), end(), cancel()}.
const WHEEL = 0.009; // a pinch on a touchpad is a wheel of small steps, a mouse's is one of large
const WHEEL_MOST = 40;

function panning(view, first) {
  let last = first;
  return {
    move(events) {
      const now = events.at(-1);
      view.pan(now.clientX - last.clientX, now.clientY - last.clientY);
      last = now;
    },
  };
}

const limited = (delta) => Math.sign(delta) * Math.min(Math.abs(delta), WHEEL_MOST);

const between = (a, b) => ({
  clientX: (a.clientX + b.clientX) / 2,
  clientY: (a.clientY + b.clientY) / 2,
  apart: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY),
});

function pinch(view, before, after) {
  view.pan(after.clientX - before.clientX, after.clientY - before.clientY);
  view.zoom((view.scale * after.apart) / Math.max(before.apart, 1), after);
}

/** `begin(event)` says what a press does with the tool that is chosen; `moving()` whether it moves the picture instead. */
export function listen(stage, view, { begin, moving, hover }) {
  const fingers = new Map();
  let gesture;
  let holder; // the pointer whose gesture it is
  let pinching = false; // until all fingers are up

  function leave(how) {
    const ended = gesture;
    gesture = holder = undefined;
    ended?.[how]?.();
  }

  stage.addEventListener("pointerdown", (event) => {
    if (event.target.closest("input") || event.button > 1) return;
    if (event.pointerType === "touch") {
      fingers.set(event.pointerId, event);
      if (fingers.size === 2 && (!gesture || fingers.has(holder))) {
        leave("cancel");
        pinching = true;
      }
    }
    if (gesture || pinching) return;
    gesture = event.button === 1 || moving() ? panning(view, event) : begin(event);
    if (!gesture) return;
    holder = event.pointerId;
    stage.setPointerCapture(holder);
  });

  stage.addEventListener("pointermove", (event) => {
    hover(event);
    if (fingers.has(event.pointerId)) {
      const before = [...fingers.values()];
      fingers.set(event.pointerId, event);
      if (pinching && before.length > 1) {
        const after = [...fingers.values()];
        return pinch(view, between(...before), between(...after));
      }
    }
    if (event.pointerId !== holder) return;
    const all = event.getCoalescedEvents?.() ?? [];
    gesture?.move?.(all.length ? all : [event]);
  });

  for (const type of ["pointerup", "pointercancel"]) {
    stage.addEventListener(type, (event) => {
      fingers.delete(event.pointerId);
      if (event.pointerId === holder) leave(type === "pointerup" ? "end" : "cancel");
      if (fingers.size === 0) pinching = false;
    });
  }
  stage.addEventListener("pointerleave", () => hover(null));
  stage.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const step = event.deltaMode === 1 ? 16 : 1; // lines
      if (event.ctrlKey || event.metaKey) view.zoom(view.scale * Math.exp(-limited(event.deltaY * step) * WHEEL), event);
      else if (event.shiftKey && !event.deltaX) view.pan(-event.deltaY * step, 0);
      else view.pan(-event.deltaX * step, -event.deltaY * step);
    },
    { passive: false },
  );
  return { cancel: () => (gesture ? (leave("cancel"), true) : false) };
}
