// Signing out from one's own account.
import { remove } from "../../look/static/api.js";
import { byId } from "../../look/static/dom.js";
import page from "../../look/static/page.js";

byId("sign-out").addEventListener("click", async () => {
  await remove("/sessions/current");
  window.location.assign(page.doors.sign_in);
});
