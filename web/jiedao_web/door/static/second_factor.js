// Setting the second factor up: a secret, a code that proves it has arrived, recovery codes.
import { byId } from "../../look/static/dom.js";
import "../../look/static/forms.js";
import page from "../../look/static/page.js";
import { showCodes } from "./codes.js";
import "./leave.js";

byId("begin").addEventListener("done", ({ detail }) => {
  byId("begin").hidden = true;
  byId("secret").textContent = detail.secret.replace(/(.{4})(?=.)/g, "$1 ");
  byId("picture").src = "/api/v1/account/second-factor/code.svg";
  byId("scan").hidden = false;
  byId("code").focus();
});

byId("confirm").addEventListener("done", ({ detail }) => {
  page.csrf = detail.csrf;
  byId("scan").remove();
  byId("done").hidden = false;
  showCodes(detail.recovery_codes);
});
