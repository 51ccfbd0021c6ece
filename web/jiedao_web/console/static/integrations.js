// A secret that was just made: shown once, in front of everything, until somebody says that it is kept.
import { byId, openDialog } from "../../look/static/dom.js";

function show({ target, detail }) {
  const secret = detail[target.dataset.once];
  if (!secret) { window.location.reload(); return; }
  target.closest("dialog")?.close();
  byId("once-secret").textContent = secret;
  openDialog(byId("once"));
  byId("once-copy").focus();
}

async function copy() {
  try {
    await navigator.clipboard.writeText(byId("once-secret").textContent);
  } catch {
    window.getSelection().selectAllChildren(byId("once-secret"));
  }
}

document.addEventListener("done", (event) => {
  if (event.target.dataset.once) show(event);
});
byId("once-copy").addEventListener("click", copy);
byId("once-kept").addEventListener("click", () => window.location.reload());
// Escape must not lose what is shown once.
byId("once").addEventListener("cancel", (event) => event.preventDefault());
