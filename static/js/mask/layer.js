// What has been drawn on a picture: a list of operations, an index into it that undo and redo move, and their raster.
// Every so many operations a copy of the raster is kept, so that an undo redraws few of them.
import { draw, load } from "./raster.js";

const EVERY = 32; // operations between two copies
const COPIES_BYTES = 160_000_000; // what all copies together may take
const STARTS_ANEW = ["clear", "mask", "picture"];
const COUNTED = { stroke: 1, rect: 1, lasso: 1, circle: 1, arrow: 1, word: 1, picture: 1 };

export class Layer {
  /** `changed` is called after each change. The canvas's own CSS colour is what is drawn with. */
  constructor(canvas, { width, height }, changed) {
    this.canvas = canvas;
    this.size = { width, height };
    this.changed = changed;
    this.ops = [];
    this.index = 0;
    this.copies = new Map(); // index -> the raster after so many operations
    canvas.width = width;
    canvas.height = height;
    this.context = canvas.getContext("2d");
    this.colour();
  }

  colour() {
    this.context.fillStyle = this.context.strokeStyle = getComputedStyle(this.canvas).color;
  }

  /** `drawn`: the raster shows the operation already, as a stroke that was drawn while the pointer moved. */
  push(op, { drawn = false } = {}) {
    for (const at of this.copies.keys()) if (at > this.index) this.copies.delete(at);
    this.ops.length = this.index;
    this.ops.push(op);
    this.index += 1;
    if (!drawn) draw(this.context, op, this.size);
    this.copy();
    this.changed();
  }

  go(by) {
    const to = Math.min(Math.max(this.index + by, 0), this.ops.length);
    if (to === this.index) return;
    this.index = to;
    this.redraw();
    this.changed();
  }

  /** Draws all anew, from the nearest copy before. */
  redraw() {
    const { width, height } = this.size;
    const from = Math.max(0, ...[...this.copies.keys()].filter((at) => at <= this.index));
    this.context.clearRect(0, 0, width, height);
    if (from) {
      this.context.globalCompositeOperation = "copy";
      this.context.drawImage(this.copies.get(from), 0, 0);
    }
    for (let at = from; at < this.index; at += 1) {
      draw(this.context, this.ops[at], this.size);
      if ((at + 1) % EVERY === 0) this.copy(at + 1);
    }
  }

  copy(at = this.index) {
    if (at % EVERY || this.copies.has(at)) return;
    const { width, height } = this.size;
    const copy = Object.assign(document.createElement("canvas"), { width, height });
    copy.getContext("2d").drawImage(this.canvas, 0, 0);
    this.copies.set(at, copy);
    const most = Math.max(2, Math.floor(COPIES_BYTES / (4 * width * height)));
    // The last is nearest to the next undo; of the older ones every other one goes.
    const old = [...this.copies.keys()].sort((a, b) => a - b).slice(0, -1);
    if (this.copies.size > most) old.filter((_, n) => n % 2 === 0).forEach((one) => this.copies.delete(one));
  }

  /** Takes up a list from before; pictures in it are fetched first. */
  async restore({ ops, index }) {
    await Promise.all(ops.map(load));
    Object.assign(this, { ops, index });
    this.copies.clear();
    this.redraw();
    this.changed();
  }

  /** How many strokes and shapes there are since all was clear. */
  get count() {
    const shown = this.ops.slice(0, this.index);
    const from = shown.findLastIndex((op) => STARTS_ANEW.includes(op.kind));
    return shown.slice(Math.max(from, 0)).filter((op) => COUNTED[op.kind]).length;
  }
}
