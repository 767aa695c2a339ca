// The strip of newest pictures: one that has just been made joins it at its head.
const strip = document.querySelector(".history");

export function remember(tile) {
  if (!strip) return;
  const today = strip.querySelector("[data-today]");
  const face = tile.querySelector("a.face").cloneNode(true);
  if (strip.querySelector(`a[href="${face.getAttribute("href")}"]`)) return;
  face.querySelector(".under")?.remove();
  const picture = face.querySelector("img");
  picture.classList.remove("arrives");
  picture.sizes = "92px";
  const place = document.createElement("li");
  place.append(face);
  today.querySelector("ul").prepend(place);
  today.hidden = false;
}
