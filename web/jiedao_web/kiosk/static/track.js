// Where a letter or parcel is.
import "../../look/static/forms.js";
import { begin, byId, h, replace } from "../../look/static/dom.js";
import { inWords, t, written } from "../../look/static/page.js";
import { result } from "./steps.js";

const KINDS = { served: "good", delivered_to_third_party: "wait", refused: "bad", lost: "bad", returned: "bad", cancelled: "bad" };

const when = (instant) =>
  written(instant, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });

byId("track-form").addEventListener("done", (event) => {
  const found = event.detail;
  const stops = found.events.map((one) => h("li", {}, h("span", { class: "what" }, one.place || inWords(found.title)), h("span", { class: "sum" }, when(one.at))));
  replace(byId("work"), result(KINDS[found.standing] ?? "wait", t(`track.${found.standing}`), found.number), stops.length > 0 && h("div", { class: "panel" }, h("ul", { class: "list" }, stops.reverse())));
});
begin(byId("number"));
