// Words on the picture are typed where they will stand: a field opens there, Enter writes them, Escape leaves it.
export function writer(stage, field) {
  let done;

  function close(keep) {
    const [finish, text] = [done, field.value.trim()];
    done = undefined;
    field.value = "";
    field.hidden = true; // takes its focus away, which closes it once more
    if (keep && text) finish?.(text);
  }

  field.addEventListener("blur", () => close(true));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    close(event.key === "Enter");
    stage.focus();
  });

  return (event, finish) => {
    const box = stage.getBoundingClientRect();
    field.hidden = false;
    const x = Math.max(0, Math.min(event.clientX - box.left, box.width - field.offsetWidth));
    field.style.translate = `${x}px ${event.clientY - box.top - field.offsetHeight / 2}px`;
    // The press that opened it takes the focus elsewhere first.
    setTimeout(() => {
      done = finish;
      field.focus();
    });
  };
}
