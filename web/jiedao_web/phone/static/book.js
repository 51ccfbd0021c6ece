// An appointment: one of the times that are free.
import { Problem, newKey, post } from "../../look/static/api.js";
import { busy, byId, clearMarks, refuse, say } from "../../look/static/dom.js";
import page, { t } from "../../look/static/page.js";

const form = byId("book");
let request = { said: "", key: "" };

async function send() {
  clearMarks(form);
  const chosen = form.querySelector("[name=slot]:checked");
  if (!chosen) { say(form.querySelector("[data-says]"), t("script.choose_time")); return; }
  const [on, begins] = chosen.value.split(" ");
  const home = page.book.place === "home" ? { address: form.elements.address.value.trim(), reason: form.elements.reason.value.trim() } : {};
  const body = { ...page.book, on, begins, ...home };
  const said = JSON.stringify(body);
  if (request.said !== said) request = { said, key: newKey() };
  try {
    await post("/my/bookings", body, { key: request.key });
    window.location.assign("/my/hall");
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    refuse(form, error);
    if (error.field === "begins" || error.field === "slot") say(form.querySelector("[data-says]"), error.detail);
  }
}

form?.addEventListener("submit", (event) => { event.preventDefault(); busy(form, send); });
