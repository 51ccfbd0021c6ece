// The door: a number, the code that comes to it, and where several share the number, who it is.
import { Problem, once } from "../../look/static/api.js";
import { busy, byId, clearMarks, h, refuse, replace, say } from "../../look/static/dom.js";
import page, { t } from "../../look/static/page.js";

const ask = byId("ask");
const enter = byId("enter");
const choose = byId("choose");
let asked = "";

/** Show one of the three steps, and begin with its first input. */
function step(form) {
  for (const one of [ask, enter, choose]) one.hidden = one !== form;
  form.querySelector("input:not([type=hidden]), [tabindex]")?.focus();
}

/** Do something with a form; a refusal stands where it belongs. */
async function with_(form, work) {
  clearMarks(form);
  try {
    await busy(form, work);
  } catch (error) {
    if (error instanceof Problem) refuse(form, error);
    else if (error instanceof TypeError) say(form.querySelector("[data-says]"), t("line.lost"));
    else throw error;
  }
}

const street = () => ask.elements.street.value;

ask.addEventListener("submit", (event) => {
  event.preventDefault();
  with_(ask, async () => {
    const said = { street: street(), phone: ask.elements.phone.value.trim(), language: page.language };
    asked = (await once("POST", "/my/codes", said)).asked;
    step(enter);
  });
});

enter.addEventListener("submit", (event) => {
  event.preventDefault();
  with_(enter, async () => {
    const code = enter.elements.code.value.normalize("NFKC").replace(/\s/g, "");
    let session;
    try {
      session = await once("POST", "/my/sessions", { street: street(), asked, code: code || "-" });
    } catch (error) {
      enter.elements.code.value = "";
      throw error;
    }
    if (!session.choices.length) { inside(); return; }
    people(session);
  });
});

byId("again").addEventListener("click", () => step(ask));

/** Several residents share the number: a button for each. */
function people(session) {
  page.csrf = session.csrf;
  replace(byId("people"), session.choices.map((one) => h("button", { class: "big", type: "button", onclick: () => chosen(one) },
    h("b", {}, one.name), one.hint ? h("span", {}, t("script.hint", { hint: one.hint })) : null)));
  step(choose);
}

function chosen(one) {
  with_(choose, async () => {
    await once("POST", "/my/sessions/current/choice", { number: one.number }, { "Idempotency-Key": asked });
    inside();
  });
}

function inside() {
  window.location.assign(page.then);
}
