// A button that is pressed before the scripts of the page are there is kept, and pressed again when they are: on a slow
// line nothing that a person does gets lost. Not a module, so that it runs before anything can be pressed.
{
  const pressed = new Set();
  const keep = (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed.add(button);
  };
  document.addEventListener("click", keep, { capture: true });
  // Modules have run by then.
  document.addEventListener("DOMContentLoaded", () => {
    document.removeEventListener("click", keep, { capture: true });
    pressed.forEach((button) => { if (button.isConnected) button.click(); });
  });
}
