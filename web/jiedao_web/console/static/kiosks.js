// An enrolment code is shown once, large enough to be carried across the hall.
import { byId, openDialog } from "../../look/static/dom.js";

document.addEventListener("done", (event) => {
  byId("code-words").textContent = event.detail.code;
  openDialog(byId("code"));
});
