// What a visit does besides money: certifications and cases. Each is sent under a key of its own, so that none waits
// for another, none undoes another, and a reload sends nothing twice. What they say is worked out here, without a screen.
import { Problem, get, newKey, post } from "../../look/static/api.js";
import * as visit from "./visit.js";

const PACES = [400, 400, 400, 800, 1500, 3000];
const PATHS = { certification: "/certifications", case: "/cases" };
const STANDS = {
  waiting: "planned", under_way: "asking", unknown: "doubt", pending: "doubt", certified: "done", not_due: "done", restored: "done",
};
const PROMISES = new Map();
let redraw = () => {};

/** `after()` is called whenever something was learned. */
export function start(after) {
  redraw = after;
}

/** Those that were sent, in the order of the basket. */
export const sent = () => visit.now().acts.filter((act) => act.request);

export const isSettled = (act) => Boolean(act.problem) || (Boolean(act.answer) && !act.answer.confirming);

/** Send what waits, and go on with what was sent before. */
export function carryOut() {
  visit.note({ acts: visit.now().acts.map((act) => (act.request ? act : { ...act, request: newKey() })) });
  goOn();
}

/** Go on with what was sent, and send nothing else. */
export function goOn() {
  sent().filter((act) => !isSettled(act)).forEach((act) => follow(act.key));
}

/** Put what was refused back into the basket, to be mended or sent again. */
export function putBack() {
  visit.change({ acts: visit.now().acts.map((act) => (act.problem ? { ...act, request: "", problem: null } : act)) });
}

/** Follow one until it is settled; once at a time. */
function follow(key) {
  if (PROMISES.has(key)) return;
  const done = carry(key).finally(() => PROMISES.delete(key));
  PROMISES.set(key, done);
}

const find = (key) => visit.now().acts.find((act) => act.key === key);

function learn(key, news) {
  visit.note({ acts: visit.now().acts.map((act) => (act.key === key ? { ...act, ...news } : act)) });
  redraw();
}

async function carry(key) {
  const act = find(key);
  try {
    if (!act.answer) learn(key, { answer: brief(await post(PATHS[act.kind], act.body, { key: act.request, headers: { Prefer: "wait=1" } })), body: withoutPhoto(act.body) });
    for (let looks = 0; find(key) && !isSettled(find(key)); looks += 1) {
      await new Promise((done) => { setTimeout(done, PACES[Math.min(looks, PACES.length - 1)]); });
      if (find(key)) learn(key, { answer: brief(await get(`${PATHS[act.kind]}/${act.answer?.id ?? find(key).answer.id}`)) });
    }
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (find(key) && !find(key).answer) learn(key, { problem: { detail: problem.detail, code: problem.code } });
  }
}

/** What is kept of an answer in this browser: nothing of a person. */
function brief(answer) {
  const { id, number, state, confirming, due_on: due, items } = answer;
  return { id, number, state, due, confirming: Boolean(confirming), items };
}

/** A photo is sent and then kept nowhere here. */
const withoutPhoto = (body) => (body.photo ? { ...body, photo: "" } : body);

/** The steps of one: `{title, state, says: [[key, values]], reason, number}`. */
export function steps(act) {
  if (act.problem) return [{ ...plain(act), state: "not_done", says: [], reason: act.problem.detail }];
  if (!act.answer) return [{ ...plain(act), state: act.request ? "asking" : "planned", says: [] }];
  return act.kind === "case" ? [caseStep(act)] : act.answer.items.map((item) => itemStep(act, item));
}

const plain = (act) => ({ kind: act.kind, title: act.title, more: act.more });

function caseStep(act) {
  const { number, due } = act.answer;
  return { ...plain(act), state: "done", says: [["act.case_number", { number }], ...(due ? [["act.case_due", { date: due }]] : [])] };
}

function itemStep(act, item) {
  const says = sayings(item);
  const title = act.titles?.[item.entitlement] ?? act.title;
  const state = item.review ? "review" : STANDS[item.outcome] ?? "not_done";
  return { kind: act.kind, title, more: act.more, state, says, reason: item.reason, needs: item.needs ?? [] };
}

/** What became of one benefit, in plain words. */
export function sayings(item) {
  if (item.review) return [["outcome.review", { number: number(item) }]];
  const values = { date: item.valid_to ?? "", region: item.region, number: number(item) };
  const known = item.outcome === "certified" && !item.valid_to ? "certified_undated" : item.outcome;
  return [[`outcome.${known}`, values], ...(item.outcome === "rejected" && item.retryable ? [["outcome.again", {}]] : [])];
}

const number = (item) => item.reference || item.operation;

/** Whether any of these is still on its way or in doubt; what a person finds out is no hurry. */
export const openOnes = (all) => all.filter((act) => !isSettled(act));

/** How they ended: every state of every step. */
export const states = (all) => all.flatMap(steps).map((step) => step.state);
