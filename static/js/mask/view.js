// Where the picture stands in the window: one scale and one corner, in CSS pixels. What is drawn knows nothing of it.
const NEAREST = 16;
const IN_SIGHT = 64; // of the picture, at the least

export class View {
  /** `moved` is called with the scale whenever it may have changed. */
  constructor(stage, sheet, { width, height }, moved) {
    Object.assign(this, { stage, sheet, width, height, moved, fitted: true, scale: 1, x: 0, y: 0 });
    sheet.dataset.placed = "";
    new ResizeObserver(() => this.resized()).observe(stage);
  }

  /** The scale at which all of it is in the window, with air round it and its facts below. */
  get fitting() {
    const [besides, below] = this.room();
    return Math.max(0.01, Math.min((this.wide - besides) / this.width, (this.high - below) / this.height));
  }

  room() {
    return matchMedia("(max-width: 860px)").matches ? [0, 32] : [40, 72];
  }

  resized() {
    const { clientWidth, clientHeight } = this.stage;
    if (!clientWidth || !clientHeight) return;
    const [dx, dy] = [clientWidth - (this.wide ?? clientWidth), clientHeight - (this.high ?? clientHeight)];
    Object.assign(this, { wide: clientWidth, high: clientHeight });
    if (this.fitted) this.fit();
    else this.pan(dx / 2, dy / 2);
  }

  fit() {
    this.fitted = true;
    this.scale = this.fitting;
    this.x = (this.wide - this.width * this.scale) / 2;
    this.y = (this.high - Math.min(20, this.room()[1]) - this.height * this.scale) / 2;
    this.place();
  }

  /** Zooms about a point of the window; its middle when none is given. */
  zoom(scale, point) {
    const box = this.stage.getBoundingClientRect();
    const [x, y] = point ? [point.clientX - box.left, point.clientY - box.top] : [this.wide / 2, this.high / 2];
    const next = Math.min(Math.max(scale, this.fitting / 2), Math.max(NEAREST, this.fitting));
    this.fitted = false;
    this.x = x - ((x - this.x) * next) / this.scale;
    this.y = y - ((y - this.y) * next) / this.scale;
    this.scale = next;
    this.pan(0, 0);
  }

  pan(dx, dy) {
    if (dx || dy) this.fitted = false;
    const kept = (at, length, room) => Math.min(Math.max(at, Math.min(IN_SIGHT - length, 0)), room - Math.min(IN_SIGHT, length));
    this.x = kept(this.x + dx, this.width * this.scale, this.wide);
    this.y = kept(this.y + dy, this.height * this.scale, this.high);
    this.place();
  }

  place() {
    const { style } = this.sheet;
    style.width = `${this.width * this.scale}px`;
    style.height = `${this.height * this.scale}px`;
    style.translate = `${this.x}px ${this.y}px`;
    this.moved(this.scale);
  }

  /** A point of the window as one of the picture, to a tenth of a pixel. */
  toImage({ clientX, clientY }) {
    const box = this.stage.getBoundingClientRect();
    const tenth = (length) => Math.round((10 * length) / this.scale) / 10;
    return { x: tenth(clientX - box.left - this.x), y: tenth(clientY - box.top - this.y) };
  }
}
