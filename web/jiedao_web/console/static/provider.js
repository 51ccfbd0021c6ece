// What the check of the identity provider saw.
import { byId } from "../../look/static/dom.js";
import { inWords } from "../../look/static/page.js";

byId("check")?.addEventListener("done", ({ detail }) => {
  const note = byId("checked");
  note.className = `note ${detail.passed ? "note-good" : "note-bad"}`;
  note.textContent = inWords(detail.says);
  note.hidden = false;
});
