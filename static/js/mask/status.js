// How much is painted, in words and as a small picture, and which acts there is something for.
const percent = (share) => {
  if (share > 0 && share < 0.001) return "< 0.1%";
  if (share > 0.999 && share < 1) return "> 99.9%";
  return `${(100 * share).toFixed(1).replace(/\.0$/, "")}%`;
};

export function telling(form, { layers, layer, kind, words }) {
  const find = (name) => form.querySelector(`[data-${name}]`);
  const counted = (n, one, many) => (n ? (n === 1 ? words[one] : words[many].replace("{n}", n)) : "");

  // How many strokes there are, and buttons for which there is nothing to do: at once, while the share is being counted.
  function acts() {
    const on = layer();
    find("strokes").textContent = kind() === "markup" ? "" : counted(layers.paint.count, "stroke", "strokes");
    const none = { undo: on.index === 0, redo: on.index === on.ops.length };
    for (const [name, nothing] of Object.entries(none)) {
      for (const button of form.querySelectorAll(`[data-act=${name}]`)) button.setAttribute("aria-disabled", String(nothing));
    }
  }

  function thumb() {
    const canvas = find("thumb");
    const context = canvas.getContext("2d");
    const { width, height } = layer().size;
    const part = canvas.width / Math.max(width, height);
    context.globalCompositeOperation = "copy";
    context.drawImage(layer().canvas, (canvas.width - width * part) / 2, (canvas.height - height * part) / 2, width * part, height * part);
    context.globalCompositeOperation = "source-in";
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
  }

  function all({ share }) {
    const painted = share ? words.painted.replace("{n}", percent(share)) : words.nothing;
    const drawn = layers.markup?.count ? counted(layers.markup.count, "mark", "marks") : words.noMarks;
    find("said").textContent = kind() === "markup" ? drawn : painted;
    layers.paint.canvas.setAttribute("aria-label", painted);
    layers.markup?.canvas.setAttribute("aria-label", drawn);
    thumb();
    acts();
  }

  return { all, acts };
}
