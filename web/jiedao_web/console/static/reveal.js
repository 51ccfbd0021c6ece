// A whole number, shown once for a while and hidden again. It is in the page for no longer than it is seen.
import { byId } from "../../look/static/dom.js";
import { t } from "../../look/static/page.js";

const SECONDS = 30;
let ticking = 0;

function hide() {
  clearInterval(ticking);
  byId("whole-number").textContent = "";
  byId("shown-number").hidden = true;
}

byId("reveal-form").addEventListener("done", ({ detail, target }) => {
  clearInterval(ticking);
  target.reset();
  target.closest("dialog").close();
  byId("whole-number").textContent = detail.number || t("script.residents_no_number");
  byId("shown-number").hidden = false;
  let left = SECONDS;
  const count = () => { byId("hides").textContent = t("script.residents_hides", { n: left }); };
  count();
  ticking = setInterval(() => {
    left -= 1;
    if (left) count();
    else hide();
  }, 1000);
  byId("hide").focus();
});
byId("hide").addEventListener("click", hide);
window.addEventListener("pagehide", hide);
