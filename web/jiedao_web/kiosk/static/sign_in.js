// Saying who one is: a card that is scanned, an identity card on the reader, or a code to the phone.
import "../../look/static/forms.js";
import { Problem, post } from "../../look/static/api.js";
import { begin, busy, byId, clearMarks, refuse, replace } from "../../look/static/dom.js";
import page from "../../look/static/page.js";
import { big } from "./steps.js";

let asked = "";

function wire(form, act) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearMarks(form);
    try {
      await busy(form, act);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refuse(form, error);
    }
  });
}

async function ask() {
  const body = { street: page.device.street, phone: byId("phone").value.trim(), language: page.language };
  ({ asked } = await post("/my/codes", body));
  byId("ask-form").hidden = true;
  byId("code-form").hidden = false;
  byId("code").focus();
}

async function enter() {
  const body = { street: page.device.street, asked, code: byId("code").value.trim(), channel: "kiosk" };
  const session = await post("/my/sessions", body);
  if (session.choices.length) choose(session);
  else window.location.replace(page.then);
}

/** Several residents share the number. */
function choose(session) {
  page.csrf = session.csrf;
  byId("ways").hidden = true;
  byId("choices").hidden = false;
  replace(byId("choice-list"), session.choices.map((one) => big("person", one.name, one.hint, async () => {
    await post("/my/sessions/current/choice", { number: one.number });
    window.location.replace(page.then);
  })));
  byId("choose").focus();
}

wire(byId("ask-form"), ask);
wire(byId("code-form"), enter);
begin(byId("card"));
