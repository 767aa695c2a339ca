// Draws one operation, in image coordinates. Each has a kind:
//   stroke {erase, size, points: [x, y, part of the size, ...]}, rect and circle {x, y, w, h}, lasso {points: [x, y, ...]},
//   arrow {points: [x, y, x, y]}, word {x, y, size, text}, invert, clear,
//   mask (a picture that is transparent where the mask is) and picture (as it is), both {src}.
const images = new Map(); // src -> the picture, loaded

/** Fetches the picture that an operation needs; it can be drawn once this has come back. */
export async function load(op) {
  if (!op.src || images.has(op.src)) return;
  const image = new Image();
  image.src = op.src;
  await image.decode();
  images.set(op.src, image);
}

function circle({ x, y, w, h }) {
  const [rx, ry] = [w / 2, h / 2];
  return `M${x} ${y + ry}a${rx} ${ry} 0 1 0 ${w} 0a${rx} ${ry} 0 1 0 ${-w} 0z`;
}

function arrow({ points: [x1, y1, x2, y2], size }) {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const head = Math.min(4 * size, Math.hypot(x2 - x1, y2 - y1));
  const wing = (turn) => `${x2 - head * Math.cos(angle + turn)} ${y2 - head * Math.sin(angle + turn)}`;
  return `M${x1} ${y1}L${x2} ${y2}M${wing(0.5)}L${x2} ${y2}L${wing(-0.5)}`;
}

const OUTLINES = {
  rect: ({ x, y, w, h }) => `M${x} ${y}h${w}v${h}h${-w}z`,
  lasso: ({ points }) => `M${points.join(" ")}z`,
  circle,
  arrow,
};

/** The outline of a shape as an SVG path. */
export const outline = (op) => OUTLINES[op.kind](op);

/** Draws a stroke from its point number `from` on: what has been drawn before is not drawn again. */
export function drawStroke(context, { erase, size, points }, from = 0) {
  context.globalCompositeOperation = erase ? "destination-out" : "source-over";
  context.lineCap = "round";
  for (let at = 3 * from; at < points.length; at += 3) {
    const [x, y, part] = points.slice(at, at + 3);
    context.beginPath();
    if (at === 0) {
      context.arc(x, y, (size * part) / 2, 0, 2 * Math.PI);
      context.fill();
      continue;
    }
    context.lineWidth = size * part;
    context.moveTo(points[at - 3], points[at - 2]);
    context.lineTo(x, y);
    context.stroke();
  }
}

function line(context, op) {
  context.lineWidth = op.size;
  context.lineCap = context.lineJoin = "round";
  context.stroke(new Path2D(outline(op)));
}

const fill = (context, op) => context.fill(new Path2D(outline(op)));

const DRAW = {
  stroke: (context, op) => drawStroke(context, op),
  rect: fill,
  lasso: fill,
  circle: line,
  arrow: line,
  word(context, { x, y, size, text }) {
    context.font = `600 ${size}px "Instrument Sans", system-ui, sans-serif`;
    context.textBaseline = "middle";
    const wide = context.measureText(text).width; // what would run past the edge moves in
    context.fillText(text, Math.max(0, Math.min(x, context.canvas.width - wide)), y);
  },
  invert(context, _op, { width, height }) {
    context.globalCompositeOperation = "source-out";
    context.fillRect(0, 0, width, height);
  },
  clear: (context, _op, { width, height }) => context.clearRect(0, 0, width, height),
  mask(context, { src }, { width, height }) {
    context.globalCompositeOperation = "copy";
    context.fillRect(0, 0, width, height);
    context.globalCompositeOperation = "destination-out";
    context.drawImage(images.get(src), 0, 0, width, height);
  },
  picture(context, { src }, { width, height }) {
    context.globalCompositeOperation = "copy";
    context.drawImage(images.get(src), 0, 0, width, height);
  },
};

export function draw(context, op, size) {
  context.globalCompositeOperation = "source-over";
  DRAW[op.kind](context, op, size);
}
