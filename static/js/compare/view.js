// Zoom and pan, one for all pictures: the frame is `z` times its size and moved by (x, y), in widths and heights of it.
const NEAREST = 8;

export function viewOf(panes, changed) {
  const pictures = [...panes.querySelectorAll(".face img")];
  let [z, x, y] = [1, 0, 0];

  const held = (shift) => (z > 1 ? Math.min(0, Math.max(1 - z, shift)) : (1 - z) / 2);

  // At this zoom one pixel of the largest picture is one of the screen.
  function oneToOne() {
    const { clientWidth, clientHeight } = panes.querySelector('[data-side="left"] .face');
    const fit = (picture) => Math.min(clientWidth / picture.getAttribute("width"), clientHeight / picture.getAttribute("height"));
    return 1 / (Math.min(...pictures.map(fit)) * devicePixelRatio);
  }

  function show() {
    [x, y] = [held(x), held(y)];
    panes.style.setProperty("--z", z);
    panes.style.setProperty("--x", `${100 * x}%`);
    panes.style.setProperty("--y", `${100 * y}%`);
    if (z > 1) for (const picture of pictures) picture.sizes = `${picture.getAttribute("width")}px`;
    panes.toggleAttribute("data-near", z > 1);
    changed();
  }

  const view = {
    get near() {
      return z > 1;
    },
    get moved() {
      return z !== 1;
    },
    get exact() {
      return z !== 1 && z === oneToOne();
    },
    // The point of the frame that lies at a point of the pane, and the other way round.
    toFrame: ([px, py]) => [(px - x) / z, (py - y) / z],
    toPane: ([fx, fy]) => [fx * z + x, fy * z + y],
    zoom(to, [px, py] = [0.5, 0.5]) {
      const one = oneToOne();
      const next = Math.min(Math.max(to, Math.min(1, one)), Math.max(NEAREST, one));
      [x, y] = [px - ((px - x) * next) / z, py - ((py - y) * next) / z];
      z = next;
      show();
    },
    by: (factor, at) => view.zoom(z * factor, at),
    toggle: () => view.zoom(view.exact ? 1 : oneToOne()),
    pan(dx, dy) {
      [x, y] = [x + dx, y + dy];
      show();
    },
  };
  return view;
}
