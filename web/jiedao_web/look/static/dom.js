// Building the screen. Text only ever goes in as text, so nothing that a server or a person wrote can run.
const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

/** An element with properties and children; `null` and `false` children are left out. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function icon(name, className = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${new URL("icons.svg", import.meta.url).pathname}#${name}`);
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

export function replace(element, ...children) {
  element.replaceChildren(...children.flat().filter(Boolean));
}

/** Show words in a note, or hide it when there are none. */
export function say(note, words = "") {
  note.textContent = words;
  note.hidden = !words;
}

/** Put the error of a field beside it; empty words take it away. */
export function mark(input, words = "") {
  const error = byId(`${input.id}-error`);
  if (error) error.textContent = words;
  if (words) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

export function clearMarks(form) {
  form.querySelectorAll("input, textarea").forEach((input) => mark(input));
  const note = form.querySelector("[data-says]");
  if (note) say(note);
}

/** Where a person may begin when a page opens. Whoever has begun elsewhere before the scripts came is not moved away. */
export function begin(input) {
  if (document.activeElement === document.body) input.focus();
}

/** Called when an answer begins to be waited for; then says whether the person is still there and may be led on. */
export function waiting() {
  const at = document.activeElement;
  return () => [at, document.body].includes(document.activeElement);
}

/** What a refusal says beside its field: with the field's label where it names the field as programs know it. */
export function labelled(input, problem) {
  const label = input.labels?.[0]?.firstChild?.textContent.trim();
  const named = (all, opens, name, closes) => (label && name === problem.field ? `${opens}${label}${closes}` : all);
  return problem.detail.replace(/^(["“])(.+?)(["”])/, named);
}

/**
 * Show a refusal where it belongs: beside the field that it names, or in the form's note.
 * What was typed stays; the field gets the focus.
 */
export function refuse(form, problem, names = {}) {
  const wanted = names[problem.field] ?? problem.field;
  const input = wanted && form.querySelector(`[name="${CSS.escape(wanted)}"]:not([type=radio])`);
  if (input && byId(`${input.id}-error`)) {
    mark(input, labelled(input, problem));
    input.focus();
    input.select?.();
    return;
  }
  const note = form.querySelector("[data-says]");
  if (note) say(note, problem.detail);
}

/** Keep a form from being sent twice while `work` runs. */
export async function busy(form, work) {
  const buttons = [...form.querySelectorAll("button[type=submit]")].filter((button) => !button.disabled);
  buttons.forEach((button) => { button.disabled = true; });
  form.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    buttons.forEach((button) => { button.disabled = false; });
    form.removeAttribute("aria-busy");
  }
}

/** Open a dialog; every button with `data-close` and Escape close it. */
export function openDialog(dialog) {
  if (!dialog.dataset.wired) {
    dialog.dataset.wired = "yes";
    dialog.querySelectorAll("[data-close]").forEach((button) => button.addEventListener("click", () => dialog.close()));
  }
  if (!dialog.open) dialog.showModal();
}
