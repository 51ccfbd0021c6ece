// One's own account: a new password goes on with a new session, new recovery codes are shown once.
import { byId } from "../../look/static/dom.js";
import "../../look/static/forms.js";
import page from "../../look/static/page.js";
import { showCodes } from "./codes.js";
import "./leave.js";

byId("password-form").addEventListener("done", ({ target, detail }) => {
  page.csrf = detail.csrf;
  target.reset();
  shown();
  byId("password-done").hidden = false;
});

byId("anew-form").addEventListener("done", ({ target, detail }) => {
  target.reset();
  byId("anew").close();
  showCodes(detail.recovery_codes);
});

byId("show").addEventListener("change", shown);

function shown() {
  for (const id of ["old", "fresh"]) byId(id).type = byId("show").checked ? "text" : "password";
}
