// Lists inside a form: each row's inputs (named `row.…`) become one object of the list that the form sends.
//
//   <section data-rows="forms"><input type="hidden" name="forms" data-kind="json">
//     <div data-list> <div data-row>… <input name="row.code"> … <button data-drop> </div> </div>
//     <template>…a new row…</template> <button data-add>

let serial = 0;

function wire(rows) {
  const list = rows.querySelector("[data-list]");
  const template = rows.querySelector("template");
  rows.addEventListener("click", (event) => {
    if (event.target.closest("[data-add]")) add(rows, list, template);
    if (event.target.closest("[data-drop]")) drop(rows, event.target.closest("[data-row]"));
  });
  rows.closest("form").addEventListener("submit", () => gather(rows, list), { capture: true });
}

/** The rows go with the form as one list. Their own inputs are named by their place in it, as a refusal names them, and
 * keep out of the body themselves. */
function gather(rows, list) {
  const all = [...list.children];
  rows.querySelector(`input[name="${rows.dataset.rows}"]`).value = JSON.stringify(all.map(object));
  all.forEach((row, number) => inputs(row).forEach((input) => {
    input.name = `${rows.dataset.rows}.${number}.${part(input)}`;
    input.disabled = true;
    setTimeout(() => { input.disabled = false; });
  }));
}

const inputs = (row) => [...row.querySelectorAll("[name]")];

/** Where in the row's object an input belongs: what follows `row.` in its name. */
function part(input) {
  input.dataset.part ??= input.name.replace(/^row\./, "");
  return input.dataset.part;
}

/** A new row: its ids are made its own, so that labels stay tied to their inputs. */
function add(rows, list, template) {
  serial += 1;
  const row = template.content.firstElementChild.cloneNode(true);
  for (const part of row.querySelectorAll("[id], [for], [aria-describedby]")) {
    for (const name of ["id", "for", "aria-describedby"]) {
      if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replaceAll("-new", `-added-${serial}`));
    }
  }
  const legend = row.matches("fieldset") ? row.querySelector("legend") : null;
  if (legend) legend.textContent = legend.textContent.replace("new", String(list.children.length + 1));
  rows.querySelector("[data-none]")?.remove();
  list.append(row);
  row.querySelector("input, select, textarea").focus();
}

function drop(rows, row) {
  row.remove();
  rows.querySelector("[data-add]").focus();
}

function object(row) {
  const said = {};
  for (const input of inputs(row)) place(said, part(input).split("."), input);
  return said;
}

function place(said, path, input) {
  const last = path.pop();
  const inner = path.reduce((at, part) => (at[part] ??= {}), said);
  if (input.dataset.kind === "numbers") {
    inner[last] ??= [];
    if (input.checked) inner[last].push(Number(input.value));
  } else if (input.dataset.kind === "whole") inner[last] = /^\d{1,9}$/.test(input.value.trim()) ? Number(input.value) : null;
  else inner[last] = input.value.trim();
}

document.querySelectorAll("[data-rows]").forEach(wire);
