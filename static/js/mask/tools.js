// What each tool does from press to release, on a layer. Sizes are pixels of the picture.
import { drawStroke, outline } from "./raster.js";

const LINE = 1 / 5; // a line that is drawn on the picture, as part of the brush's size
const WORD = 0.7; // and the height of a word
const PRESSED = 0.3; // how thin the lightest touch of a pen is

/** `show(d)` shows an outline that is not drawn yet; `write(event, done)` asks for words. */
export function toolbox({ view, layer, size, show, write }) {
  const part = (event) => (event.pointerType === "pen" ? PRESSED + (1 - PRESSED) * event.pressure : 1);

  function stroke(event, { erase = false, wide = size() } = {}) {
    const op = { kind: "stroke", erase, size: wide, points: [] };
    const on = layer();
    const add = (events) => {
      const from = op.points.length / 3;
      for (const one of events) {
        const { x, y } = view.toImage(one);
        op.points.push(x, y, Math.round(100 * part(one)) / 100);
      }
      drawStroke(on.context, op, from);
    };
    add([event]);
    return { move: add, end: () => on.push(op, { drawn: true }), cancel: () => on.redraw() };
  }

  // A shape is outlined while it is pulled, and drawn in the end unless it is nothing.
  function shape(first, { grow, worth }) {
    const on = layer();
    let op = grow(first, []);
    return {
      move(events) {
        op = grow(first, events, op);
        show(outline(op));
      },
      end() {
        show("");
        if (worth(op)) on.push(op);
      },
      cancel: () => show(""),
    };
  }

  const box = (kind, more = {}) => ({
    grow(first, events) {
      const last = view.toImage(events.at(-1) ?? first);
      const from = view.toImage(first);
      const [w, h] = [Math.abs(last.x - from.x), Math.abs(last.y - from.y)];
      return { kind, x: Math.min(from.x, last.x), y: Math.min(from.y, last.y), w, h, ...more };
    },
    worth: ({ w, h }) => w >= 1 && h >= 1,
  });

  const lasso = {
    grow(first, events, op) {
      const points = op?.points ?? Object.values(view.toImage(first));
      for (const one of events) points.push(...Object.values(view.toImage(one)));
      return { kind: "lasso", points };
    },
    worth: ({ points }) => points.length >= 6,
  };

  const arrow = {
    grow: (first, events) => ({
      kind: "arrow",
      size: size() * LINE,
      points: [...Object.values(view.toImage(first)), ...Object.values(view.toImage(events.at(-1) ?? first))],
    }),
    worth: ({ points: [x1, y1, x2, y2] }) => Math.hypot(x2 - x1, y2 - y1) >= 4,
  };

  function word(event) {
    const { x, y } = view.toImage(event);
    const on = layer();
    return { end: () => write(event, (text) => on.push({ kind: "word", x, y, size: size() * WORD, text })) };
  }

  return {
    brush: (event) => stroke(event),
    pen: (event) => stroke(event, { wide: size() * LINE }),
    eraser: (event) => stroke(event, { erase: true }),
    rect: (event) => shape(event, box("rect")),
    lasso: (event) => shape(event, lasso),
    circle: (event) => shape(event, box("circle", { size: size() * LINE })),
    arrow: (event) => shape(event, arrow),
    word,
    zoom: (event) => ({ end: () => view.zoom(view.scale * (event.altKey || event.shiftKey ? 0.5 : 2), event) }),
  };
}

/** How wide the ring round the pointer is, in pixels of the picture; undefined for tools without one. */
export const ringed = { brush: 1, eraser: 1, pen: LINE };
export const cursors = { rect: "cross", lasso: "cross", arrow: "cross", circle: "cross", word: "text", hand: "hand", zoom: "zoom" };
