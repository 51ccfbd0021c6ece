// One touch says how it was. It is offered when it is over, and once.
import { Problem, post } from "../../look/static/api.js";
import { say } from "../../look/static/dom.js";
import { t } from "../../look/static/page.js";

/** Offer to rate what is over. */
export function offer(subject) {
  const section = document.querySelector("[data-rating]");
  section.dataset.subject = subject;
  section.hidden = false;
}

async function rate(event) {
  const button = event.target.closest("[data-stars]");
  if (!button) return;
  const section = button.closest("[data-rating]");
  const buttons = [...section.querySelectorAll("[data-stars]")];
  buttons.forEach((one) => { one.disabled = true; });
  const { kind, subject } = section.dataset;
  try {
    await post("/my/ratings", { kind, subject, stars: Number(button.dataset.stars) });
    section.querySelector(".stars").hidden = true;
    say(section.querySelector("[data-done]"), t("script.thanks"));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(section.querySelector("[data-says]"), error.detail);
    buttons.forEach((one) => { one.disabled = false; });
  }
}

document.addEventListener("click", rate);
