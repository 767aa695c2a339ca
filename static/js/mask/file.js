// The mask as a file: a PNG of the picture's size, transparent where it is to change, black elsewhere, without soft edges.
const HALF = 128;

const blank = (width, height) => Object.assign(document.createElement("canvas"), { width, height });
const blob = (canvas) => new Promise((resolve) => canvas.toBlob(resolve, "image/png"));

/** Returns the PNG and the share of the picture that is painted, 0 to 1: 0 and 1 are exact. */
export async function maskFile(layer) {
  const { width, height } = layer.size;
  const canvas = blank(width, height); // one of its own: that which is drawn on stays where drawing is quick
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(layer.canvas, 0, 0);
  const data = context.getImageData(0, 0, width, height);
  const pixels = new Uint32Array(data.data.buffer);
  let painted = 0;
  for (let at = 0; at < pixels.length; at += 1) {
    const on = pixels[at] >>> 24 >= HALF;
    painted += on;
    pixels[at] = on ? 0 : 0xff000000;
  }
  context.putImageData(data, 0, 0);
  return { file: named(await blob(canvas), "mask.png"), share: painted / pixels.length };
}

/** The marks, on nothing. */
export const marksFile = async (layer) => named(await blob(layer.canvas), "marks.png");

const named = (content, name) => new File([content], name, { type: "image/png" });

/** Puts a file into its field, or none. */
export function put(field, file) {
  const files = new DataTransfer();
  if (file) files.items.add(file);
  field.files = files.files;
}

/** Reads somebody's mask: transparent, or else white, is where to change. Fails with {shape: "800 × 600"}, {empty} or {}. */
export async function readMask(file, { width, height }) {
  const image = await createImageBitmap(file).catch(() => Promise.reject({}));
  const slant = (image.width * height) / (image.height * width);
  if (Math.abs(slant - 1) > 0.01) return Promise.reject({ shape: `${image.width} × ${image.height}` });
  const canvas = blank(width, height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0, width, height);
  const data = context.getImageData(0, 0, width, height);
  const { data: bytes } = data;
  let clear = false;
  for (let at = 3; at < bytes.length && !clear; at += 4) clear = bytes[at] < HALF;
  for (let at = 0; at < bytes.length; at += 4) {
    const light = (bytes[at] + bytes[at + 1] + bytes[at + 2]) / 3;
    const on = clear ? bytes[at + 3] < HALF : light >= HALF;
    bytes.set([0, 0, 0, on ? 0 : 255], at);
  }
  if (!bytes.some((alpha, at) => at % 4 === 3 && !alpha)) return Promise.reject({ empty: true });
  context.putImageData(data, 0, 0);
  return canvas.toDataURL("image/png");
}

/** Saves a file on this device. */
export function save(file, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
