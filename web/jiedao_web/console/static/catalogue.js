// Switching on and setting up: tables of settings edited as rows, hours of service, trying settings before they are
// saved, and looking for a connection of another street to copy.
import { post } from "../../look/static/api.js";
import { body, failed } from "../../look/static/forms.js";
import { busy, byId, clearMarks, h, icon, replace, say } from "../../look/static/dom.js";
import { inWords, t } from "../../look/static/page.js";

// tables

/** A cell's input; what it holds goes back through `keep`. */
function cell(column, value, id, label, keep) {
  const held = value ?? column.default ?? "";
  if (column.kind === "boolean") {
    const box = h("input", { type: "checkbox", id, "aria-label": label, checked: held === true });
    box.addEventListener("change", () => keep(box.checked));
    return box;
  }
  if (column.kind === "choice") {
    const options = column.required && held !== "" ? column.choices : ["", ...column.choices];
    const select = h("select", { id, "aria-label": label }, ...options.map((one) => h("option", { value: one, selected: one === String(held) }, one)));
    select.addEventListener("change", () => keep(select.value));
    return select;
  }
  const plain = column.kind === "list" ? [held].flat().join(", ") : column.kind === "json" ? JSON.stringify(held || null) : String(held);
  const input = h("input", { id, "aria-label": label, autocomplete: "off", spellcheck: "false", value: plain, ...(column.kind === "integer" ? { inputmode: "numeric" } : {}) });
  input.addEventListener("input", () => keep(read(column, input.value.trim())));
  return input;
}

/** What the words of a cell mean; words that mean nothing go to the server as they are, which says what is wrong. */
function read(column, words) {
  if (column.kind === "integer") return /^-?\d+$/.test(words.normalize("NFKC")) ? Number(words.normalize("NFKC")) : words;
  if (column.kind === "list") return words.split(/[,，、]/).map((one) => one.trim()).filter(Boolean);
  if (column.kind !== "json") return words;
  try { return JSON.parse(words); } catch { return words; }
}

const TO_ROWS = {
  rows: (value) => value.map((row) => ({ ...row })),
  map: (value) => Object.entries(value).map(([key, inner]) => ({ key, value: inner })),
  list: (value) => value.map((inner) => ({ value: inner })),
};
const FROM_ROWS = {
  rows: (rows, columns) => rows.map((row) => Object.fromEntries(columns.filter((one) => one.required || said(row[one.name])).map((one) => [one.name, row[one.name] ?? ""]))),
  map: (rows) => Object.fromEntries(rows.filter((row) => said(row.key)).map((row) => [row.key, row.value ?? ""])),
  list: (rows) => rows.map((row) => row.value).filter(said),
};
const said = (value) => value !== undefined && value !== null && value !== "";

function table(hidden) {
  const { form, columns, value, label } = JSON.parse(hidden.dataset.table);
  const place = document.querySelector(`[data-rows-of="${hidden.id}"]`);
  const rows = TO_ROWS[form](value);
  const store = () => { hidden.value = JSON.stringify(FROM_ROWS[form](rows, columns)); };
  const fresh = () => Object.fromEntries(columns.filter((one) => said(one.default)).map((one) => [one.name, one.default]));
  const focus = (no) => byId(`${hidden.id}-${no}-0`)?.focus();

  function draw() {
    const head = h("tr", {}, ...columns.map((one) => h("th", { scope: "col" }, one.label)), h("th", {}, ""));
    const lines = rows.map((row, no) => h("tr", {},
      ...columns.map((one, at) => h("td", {}, cell(one, row[one.name], `${hidden.id}-${no}-${at}`, t("script.cell", { no: no + 1, column: one.label }), (held) => { row[one.name] = held; store(); }))),
      h("td", { class: "row-end" }, h("button", { type: "button", class: "close", "aria-label": t("script.row_remove", { no: no + 1 }), onclick: () => { rows.splice(no, 1); store(); draw(); add.focus(); } }, icon("cross")))));
    const add = h("button", { type: "button", class: "button button-small", onclick: () => { rows.push(fresh()); store(); draw(); focus(rows.length - 1); } }, icon("plus"), t("script.row_add"));
    const shown = rows.length
      ? h("div", { class: "table-scroll" }, h("table", { class: "rows-table", "aria-label": label }, h("thead", {}, head), h("tbody", {}, ...lines)))
      : h("p", { class: "quiet small" }, t("script.none_yet"));
    replace(place, shown, add);
  }

  store();
  draw();
}

// hours of service

function hours(hidden) {
  const place = document.querySelector(`[data-hours-of="${hidden.id}"]`);
  const days = JSON.parse(hidden.dataset.weekdays);
  const rows = JSON.parse(hidden.value);
  const store = () => { hidden.value = JSON.stringify(rows); };

  function time(row, no, name) {
    const input = h("input", { type: "time", id: `${hidden.id}-${no}-${name}`, value: row[name] });
    input.addEventListener("input", () => { row[name] = input.value; store(); });
    return h("label", { class: "time" }, h("span", {}, t(`script.${name}`)), input);
  }

  function day(row, no, at) {
    const box = h("input", { type: "checkbox", id: `${hidden.id}-${no}-${at}`, checked: row.days.includes(at + 1) });
    box.addEventListener("change", () => {
      row.days = days.map((_, index) => index + 1).filter((one) => (one === at + 1 ? box.checked : row.days.includes(one)));
      store();
    });
    return h("label", { class: "day" }, box, h("span", {}, days[at]));
  }

  function draw() {
    const add = h("button", { type: "button", class: "button button-small", onclick: () => { rows.push({ days: [1, 2, 3, 4, 5], opens: "09:00", closes: "17:00" }); store(); draw(); byId(`${hidden.id}-${rows.length - 1}-opens`).focus(); } }, icon("plus"), t("script.hours_add"));
    const lines = rows.map((row, no) => h("fieldset", { class: "hours-row" },
      h("legend", { class: "hidden" }, t("script.hours_no", { no: no + 1 })),
      h("div", { class: "days" }, ...days.map((_, at) => day(row, no, at))),
      h("div", { class: "times" }, time(row, no, "opens"), time(row, no, "closes"),
        h("button", { type: "button", class: "close", "aria-label": t("script.hours_remove", { no: no + 1 }), onclick: () => { rows.splice(no, 1); store(); draw(); add.focus(); } }, icon("cross")))));
    replace(place, ...(lines.length ? lines : [h("p", { class: "quiet small" }, t("script.hours_always"))]), add);
  }

  draw();
}

// trying, copying

/** Run `work` for a form; a refusal stands beside the field that it names, as when the form is sent. */
async function asking(form, work) {
  clearMarks(form);
  try {
    await busy(form, work);
  } catch (error) {
    failed(form, error);
  }
}

function tryOut(form) {
  const says = form.querySelector("[data-trial-says]");
  says.textContent = "";
  return asking(form, async () => {
    const { plugin, settings = {} } = body(form);
    says.className = "trial";
    says.textContent = t("script.trying");
    try {
      const found = await post(form.dataset.trial, plugin ? { plugin, settings } : { settings });
      says.className = found.passed ? "trial note good-note" : "trial note note-bad";
      says.textContent = t(found.passed ? "script.try_passed" : "script.try_failed", { says: inWords(found.says) });
    } catch (error) {
      says.textContent = "";
      throw error;
    }
  });
}

/** Who one is in the other street is told once; what came of it serves to copy, and the password is forgotten. */
function lookElsewhere(form) {
  const rest = byId("copy-rest");
  rest.hidden = true;
  return asking(form, async () => {
    const { connections, proof } = await post("/connections/offers", { ...body(form), plugin: form.dataset.look });
    form.elements.password.value = form.elements.code.value = "";
    if (!connections.length) { say(form.querySelector("[data-says]"), t("script.nothing_there")); return; }
    rest.hidden = false;
    rest.elements.proof.value = proof;
    const select = rest.elements.connection;
    replace(select, ...connections.map((one) => h("option", { value: one.id }, `${inWords(one.title)} (${one.id})`)));
    select.focus();
  });
}

document.querySelectorAll("[data-table]").forEach(table);
document.querySelectorAll("[data-weekdays]").forEach(hours);
document.querySelectorAll("[data-try]").forEach((button) => button.addEventListener("click", () => tryOut(button.form)));
document.querySelectorAll("[data-look]").forEach((form) => form.addEventListener("submit", (event) => { event.preventDefault(); lookElsewhere(form); }));
