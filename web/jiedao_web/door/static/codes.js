// Recovery codes on the screen: shown once, printed, and gone with the page.
import { byId, h, replace } from "../../look/static/dom.js";

export function showCodes(codes) {
  replace(byId("codes-list"), codes.map((code) => h("li", { translate: "no" }, code)));
  byId("codes").hidden = false;
  byId("codes-title").focus();
}

byId("codes-print").addEventListener("click", () => window.print());
