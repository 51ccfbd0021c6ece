// One step at a time: a heading that gets the focus, what belongs to it, and the way back.
import { Problem } from "../../look/static/api.js";
import { byId, h, icon, replace } from "../../look/static/dom.js";
import { format } from "../../look/static/money.js";
import { t } from "../../look/static/page.js";

export const yuan = (fen) => t("script.yuan", { amount: format(fen) });

/** Show a step; `back` leads to the one before. */
export function step(title, children, back) {
  const heading = h("h2", { tabindex: "-1" }, title);
  const ways = back && h("div", { class: "step-actions inner" }, h("button", { type: "button", class: "button", onclick: back }, icon("back"), t("script.back")));
  const work = byId("work");
  replace(work, heading, children, ways);
  work.inert = false;
  heading.focus();
}

/** A big choice. */
export function big(picture, words, says, act) {
  return h("button", { type: "button", class: "big", onclick: act }, icon(picture), h("b", {}, words), says && h("span", {}, says));
}

const SHAPES = { good: "done", wait: "wait", bad: "cross", busy: "dots" };

/** A result: a shape, a word, sentences. */
export function result(kind, title, ...sentences) {
  return h("section", { class: `result ${kind}`, "data-result": kind },
    h("span", { class: `mark ${kind}` }, icon(SHAPES[kind])),
    h("p", { class: "result-title" }, title),
    sentences.filter(Boolean).map((words) => (typeof words === "string" ? h("p", {}, words) : words)));
}

/** Ask the server: until it has answered or another step is shown, nothing else of this step can be touched. */
export async function guarded(work, again) {
  const shown = byId("work");
  shown.inert = true;
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    refused(error, again);
  } finally {
    shown.inert = false;
  }
}

/** A refusal in the server's words, and a way on. */
function refused(problem, again) {
  step(t("order.refused"), [result("bad", problem.detail), h("div", { class: "step-actions inner" }, h("button", { type: "button", class: "button button-main", onclick: again }, t("script.again")))]);
}
