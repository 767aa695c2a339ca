// One finger or the mouse moves the divider, the pictures, or the loupe; two fingers and the wheel zoom.
const GRIP = 28; // px at either side of the divider, where it is taken hold of though the pictures are zoomed in

// `does` is what is asked and told: way(), moving(), at(), slide(share), hold(on), loupe(point). Shares are of a face's sides.
export function listen(panes, view, does) {
  const down = new Map(); // pointer -> where it was last
  let drag = "";
  let before = 0; // where the divider was

  function share(event, face) {
    const box = face.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  function begins(event, face) {
    const [px] = share(event, face);
    if (does.moving()) return "loupe";
    if (does.way() === "slider" && (!view.near || Math.abs(px - does.at()) * face.clientWidth < GRIP)) return "divider";
    if (does.way() === "blink" && !view.near) return "hold";
    return view.near ? "pan" : "";
  }

  function moves(event, face) {
    const [px, py] = share(event, face);
    const [lastX, lastY] = share(down.get(event.pointerId), face);
    if (drag === "divider") does.slide(px);
    if (drag === "loupe") does.loupe([px, py]);
    if (drag === "pan") view.pan(px - lastX, py - lastY);
  }

  // Two fingers: what lay between them stays there.
  function pinches(event, face) {
    const other = [...down].find(([id]) => id !== event.pointerId)[1];
    const last = down.get(event.pointerId);
    const spread = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
    const middle = share({ clientX: (event.clientX + other.clientX) / 2, clientY: (event.clientY + other.clientY) / 2 }, face);
    const box = face.getBoundingClientRect();
    view.by(spread(event) / spread(last), middle);
    view.pan((event.clientX - last.clientX) / 2 / box.width, (event.clientY - last.clientY) / 2 / box.height);
  }

  panes.addEventListener("pointerdown", (event) => {
    const face = event.target.closest(".face");
    if (!face || event.button) return;
    face.setPointerCapture(event.pointerId);
    down.set(event.pointerId, event);
    if (drag === "divider") does.slide(before); // the first of two fingers was not meant for it
    drag = down.size === 1 ? begins(event, face) : "";
    before = does.at();
    if (drag === "hold") does.hold(true);
    else if (down.size === 1) moves(event, face);
  });
  panes.addEventListener("pointermove", (event) => {
    const face = event.target.closest(".face");
    if (!face) return;
    if (!down.size && event.pointerType === "mouse" && !does.moving()) does.loupe(share(event, face));
    if (!down.has(event.pointerId)) return;
    if (down.size === 2) pinches(event, face);
    else if (down.size === 1) moves(event, face);
    down.set(event.pointerId, event);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    panes.addEventListener(end, (event) => {
      if (down.delete(event.pointerId) && drag === "hold") does.hold(false);
      drag = "";
    });
  }
  panes.addEventListener(
    "wheel",
    (event) => {
      const face = event.target.closest(".face");
      if (!face) return;
      event.preventDefault();
      view.by(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), share(event, face));
    },
    { passive: false },
  );
  // The page goes on scrolling under one finger that moves up or down, never under two.
  panes.addEventListener("touchmove", (event) => event.touches.length > 1 && event.preventDefault(), { passive: false });
}
