// Choosing what to compare: four at most, and how many are chosen. Without this the server looks to it.
const form = document.querySelector("[data-choose]");
const MOST = 4;

function count() {
  const boxes = [...form.querySelectorAll("[name=image]")];
  const chosen = boxes.filter((box) => box.checked).length;
  const said = form.querySelector("[data-count]");
  for (const box of boxes) box.disabled = chosen >= MOST && !box.checked;
  said.textContent = chosen === 1 ? said.dataset.one : said.dataset.many.replace("N", chosen);
  form.querySelector(".bulk button").disabled = chosen < 2;
}

if (form) {
  form.querySelector("[name=as]").disabled = false;
  form.addEventListener("change", count);
  addEventListener("pageshow", count); // going back brings the ticks back later than this runs
  count();
}
