// Taking a file of bills in: the bytes go to the API as they are; what is wrong comes back line by line.
import { newKey } from "../../look/static/api.js";
import { busy, byId, h, mark, replace, say } from "../../look/static/dom.js";
import { format } from "../../look/static/money.js";
import page, { t } from "../../look/static/page.js";

const form = byId("upload-form");
const note = byId("upload-says");

document.querySelectorAll("[data-billers]").forEach((select) => {
  const choose = () => { select.form.elements.connection.value = select.selectedOptions[0].dataset.connection; };
  select.addEventListener("change", choose);
  choose();
});

function tell(words, tone) {
  note.className = `note ${tone}`;
  say(note, words);
}

function refused(problem) {
  tell(problem.detail, "note-bad");
  const errors = problem.errors ?? [];
  byId("upload-errors").hidden = !errors.length;
  replace(byId("error-rows"), errors.map((one) => h("tr", {},
    h("td", { class: "number" }, String(one.line || "—")), h("td", {}, one.column || "—"), h("td", {}, one.detail))));
}

async function send() {
  const { connection, biller, file } = form.elements;
  const data = new FormData();
  data.append("connection", connection.value);
  data.append("biller", biller.value);
  data.append("file", file.files[0]);
  const headers = { Accept: "application/json", "Accept-Language": page.language, "X-CSRF-Token": page.csrf, "Idempotency-Key": newKey() };
  const answer = await fetch("/api/v1/bill-files", { method: "POST", credentials: "same-origin", headers, body: data });
  const said = await answer.json();
  if (!answer.ok) { refused(said); return; }
  form.reset();
  tell(t("script.files_done", { name: said.name, bills: said.bills, known: said.known, total: format(said.total) }), "note-good");
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  mark(form.elements.file);
  byId("upload-errors").hidden = true;
  if (!form.elements.file.files.length) { mark(form.elements.file, t("script.files_choose")); return; }
  tell(t("script.files_sending"), "note-wait");
  try {
    await busy(form, send);
  } catch {
    tell(t("script.files_lost"), "note-bad");
  }
});
