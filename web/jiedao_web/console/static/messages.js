// What became of a test message, said beside the form that asked for it.
import { byId, say } from "../../look/static/dom.js";
import { inWords } from "../../look/static/page.js";

const TONES = { succeeded: "note-good", declined: "note-bad" };

byId("test-form")?.addEventListener("done", ({ detail }) => {
  const result = byId("test-result");
  result.className = `note ${TONES[detail.state] ?? "note-wait"}`;
  say(result, [`${detail.to} · ${inWords(detail.says)}`, inWords(detail.reason)].filter(Boolean).join(" · "));
  byId("test-look").hidden = false;
});
