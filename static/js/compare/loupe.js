// The loupe: the same point of each picture at the same scale, one pixel of the largest on one of the screen.
export function loupeOf(panes, view) {
  const under = [...document.querySelectorAll("[data-loupe]")];
  let at = [0.5, 0.5]; // of the frame

  // A picture that does not fill the frame has a part of its width or height at the frame's point.
  function within(share, size) {
    return Math.min(Math.max((share - (1 - size) / 2) / size, 0), 1);
  }

  function show() {
    const face = panes.querySelector('[data-side="left"] .face');
    const shape = face.clientWidth / face.clientHeight;
    const wides = under.map((picture) => picture.getAttribute("width") / picture.getAttribute("height") / shape);
    const frame = Math.max(...under.map((picture, nth) => picture.getAttribute("width") / Math.min(1, wides[nth])));
    for (const [nth, picture] of under.entries()) {
      const wide = wides[nth];
      picture.style.width = `${(frame * Math.min(1, wide)) / devicePixelRatio}px`;
      picture.style.setProperty("--x", `${-100 * within(at[0], Math.min(1, wide))}%`);
      picture.style.setProperty("--y", `${-100 * within(at[1], Math.min(1, 1 / wide))}%`);
    }
    const [px, py] = view.toPane(at);
    panes.style.setProperty("--loupe-x", `${100 * px}%`);
    panes.style.setProperty("--loupe-y", `${100 * py}%`);
  }

  function to(point) {
    at = point.map((share) => Math.min(Math.max(share, 0), 1));
    show();
  }

  return { show, to, by: (dx, dy) => to([at[0] + dx, at[1] + dy]) };
}
