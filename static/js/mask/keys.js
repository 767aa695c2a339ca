// Keys of the editor. In a field they write; with Space held the picture moves.
const TYPED = "textarea, select, input:not([type=radio], [type=checkbox], [type=range])";
const PRESSED = "button, summary, a, [type=checkbox]";

/** `does` is keyed by a key's name; `tool(key)` chooses a tool and says whether there is one of that key. */
export function listen(does, { tool, undo, redo, back, send, cursor }) {
  let held = false;
  const hold = (on) => {
    held = on;
    cursor();
  };

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (document.querySelector("dialog[open]")) return;
    const control = event.ctrlKey || event.metaKey;
    if (key === "Enter" && control) {
      event.preventDefault();
      return event.repeat || send();
    }
    if (key === "Escape") return back(event);
    if (target.matches(TYPED) || event.altKey) return;
    const letter = key.toLowerCase();
    const act = control ? { z: event.shiftKey ? redo : undo, y: redo }[letter] : undefined;
    if (control && !act) return;
    if (key === " " && target.matches(PRESSED)) return;
    if (key.startsWith("Arrow") && target.matches("input")) return;
    if (key === " ") {
      event.preventDefault();
      return held || hold(true);
    }
    if (act ? act() !== false : (does[letter]?.() ?? tool(letter))) event.preventDefault();
  }, { capture: true }); // before a menu closes itself: Escape closes either it or the page
  document.addEventListener("keyup", ({ key }) => key === " " && held && hold(false));
  window.addEventListener("blur", () => held && hold(false));
  return () => held;
}
