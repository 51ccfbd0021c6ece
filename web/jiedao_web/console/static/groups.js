// Who is in which group: find a resident, tick groups, save.
import { get, once, post, Problem } from "../../look/static/api.js";
import { busy, byId, h, replace, say } from "../../look/static/dom.js";
import page, { t } from "../../look/static/page.js";

const form = byId("members-search");
const found = byId("members-found");
const says = byId("members-says");

function card(resident, codes) {
  const boxes = page.groups.map(({ code, name }) => h("label", { class: "check" }, h("input", { type: "checkbox", value: code, checked: codes.has(code) }), name));
  const saved = h("span", { class: "tag good", hidden: true }, t("script.members_saved"));
  const one = h("form", { class: "member" },
    h("div", { class: "member-name" }, h("b", {}, resident.name), h("span", { class: "quiet code-text" }, resident.number || "")),
    h("fieldset", { class: "checks" }, h("legend", { class: "hidden" }, t("script.members_of", { name: resident.name })), ...boxes),
    h("div", { class: "form-actions" }, saved, h("button", { type: "submit", class: "button button-small" }, t("script.members_save"))));
  one.addEventListener("change", () => { saved.hidden = true; });
  one.addEventListener("submit", (event) => {
    event.preventDefault();
    told(one, async () => {
      const groups = [...one.querySelectorAll("input:checked")].map((box) => box.value);
      await once("PUT", `/residents/${encodeURIComponent(resident.id)}/groups`, { groups });
      saved.hidden = false;
    });
  });
  return one;
}

async function told(on, work) {
  say(says);
  try {
    await busy(on, work);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(says, error.detail);
  }
}

async function search() {
  const { residents } = await post("/residents/search", { q: byId("members-q").value.trim() });
  const known = await Promise.all(residents.map((one) => get(`/residents/${encodeURIComponent(one.id)}/groups`)));
  replace(found, ...residents.map((one, no) => card(one, new Set(known[no].groups.map((group) => group.code)))));
  if (!residents.length) say(says, t("script.members_none"));
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  told(form, search);
});
