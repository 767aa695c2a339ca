// A lost connection is told once while frames are being made; they go on without this page.
import { say } from "./toasts.js";

window.addEventListener("offline", () => {
  const words = document.querySelector("#said").dataset.offline;
  if (document.querySelector('.tile:is([data-state="queued"], [data-state="running"], [data-state="saving"])')) say(words);
});
