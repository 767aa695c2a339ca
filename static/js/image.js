// A picture's page: keys, one to one, copying the words.
import "./clock.js";
import "./pictures.js";
import "./toasts.js";

const stage = document.querySelector("[data-stage]");
const zoom = document.querySelector("[data-zoom]");
const picture = stage.querySelector("img[data-picture]");

// One pixel of the picture on one of the screen: the stage scrolls, centred on the point that was pressed.
function toggle(x = 0.5, y = 0.5) {
  const near = stage.toggleAttribute("data-near");
  zoom.setAttribute("aria-pressed", String(near));
  picture.style.width = near ? `${picture.getAttribute("width") / devicePixelRatio}px` : "";
  if (!near) return;
  const { width, height } = stage.getBoundingClientRect();
  stage.scrollTo(x * picture.offsetWidth - width / 2, y * picture.offsetHeight - height / 2);
}

// Up and down the family; down again leads to where one came up from.
const CAME = "came-from";
function climb(way) {
  const links = [...document.querySelectorAll(`[data-kin=${way}] a`)];
  const link = links.find(({ pathname }) => way === "of" && pathname === sessionStorage.getItem(CAME)) ?? links[0];
  if (link && way === "from") sessionStorage.setItem(CAME, location.pathname);
  link?.click();
}

const KEYS = {
  ArrowLeft: () => document.querySelector(".turn [rel=prev]")?.click(),
  ArrowRight: () => document.querySelector(".turn [rel=next]")?.click(),
  ArrowUp: () => climb("from"),
  ArrowDown: () => climb("of"),
  e: () => document.querySelector(".acts [data-key=e]").click(),
  c: () => document.querySelector(".acts [data-key=c]").click(),
  ".": () => document.querySelector(".view-head .frame-no")?.click(),
  z: () => toggle(),
  Escape: () => stage.hasAttribute("data-near") && toggle(),
};

stage.querySelector("a")?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const box = picture.getBoundingClientRect();
  if (event.detail) toggle((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  else toggle();
});
zoom.addEventListener("click", () => toggle());
zoom.hidden = !stage.querySelector("a"); // a map of what changed is no picture to look at closely
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
  if (stage.hasAttribute("data-near") && event.key.startsWith("Arrow")) return;
  KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key]?.();
});

for (const button of document.querySelectorAll("[data-copy]")) {
  const words = button.querySelector("span");
  const plain = words.textContent;
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent);
    words.textContent = button.dataset.copied;
    setTimeout(() => (words.textContent = plain), 2000);
  });
}
