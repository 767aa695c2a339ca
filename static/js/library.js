// The library's page. A next page that begins with the day the last one ended with goes on in the same strip.
import "./clock.js";
import "./pictures.js";
import "./sizes.js";
import "./slider.js";

document.addEventListener("htmx:load", ({ target }) => {
  if (!target.matches?.("h2[data-day]")) return;
  const strip = target.nextElementSibling;
  const days = [...document.querySelectorAll(`h2[data-day="${target.dataset.day}"]`)];
  if (days[0] === target || !strip?.matches(".strips")) return;
  days[0].nextElementSibling.append(...strip.children);
  strip.remove();
  target.remove();
});
