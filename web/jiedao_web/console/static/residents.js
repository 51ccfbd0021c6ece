// The search for a resident: what was found, as links. The number that was typed never stands in an address.
import { byId, h, replace, say } from "../../look/static/dom.js";
import { t } from "../../look/static/page.js";

const results = byId("results");

byId("search-form").addEventListener("done", ({ detail }) => {
  const found = detail.residents;
  byId("start").hidden = true;
  say(byId("found"), found.length ? t("script.residents_found", { n: found.length }) : t("script.residents_none", { words: byId("q").value.trim() }));
  replace(results, found.map((one) => h("li", {},
    h("a", { href: `${results.dataset.link}/${one.id}` }, h("b", {}, one.name), h("span", { class: "code-text" }, one.number)))));
  results.querySelector("a")?.focus();
});
