// Pictures: the colours that lie under one go once it has loaded.
function settle(picture) {
  if (!picture.matches?.("img[data-picture]")) return;
  const under = picture.previousElementSibling;
  if (under?.matches("img.under")) setTimeout(() => under.remove(), 250);
}

document.addEventListener("load", ({ target }) => settle(target), true);
for (const picture of document.querySelectorAll("img[data-picture]")) if (picture.complete) settle(picture);
