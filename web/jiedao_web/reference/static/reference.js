// Finding an endpoint, and opening the one that an address names.
import { byId } from "../../../look/static/dom.js";
import { t } from "../../../look/static/page.js";

const box = byId("find");
const endpoints = [...document.querySelectorAll(".endpoint")].map((element) => ({
  element,
  words: `${element.dataset.method} ${element.textContent}`.toLowerCase(),
}));
const plain = [...document.querySelectorAll(".plain")];

function find() {
  const wanted = box.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { element, words } of endpoints) {
    element.hidden = !wanted.every((word) => words.includes(word));
    count += element.hidden ? 0 : 1;
  }
  for (const section of document.querySelectorAll(".subject")) {
    section.hidden = !section.querySelector(".endpoint:not([hidden])");
    document.querySelector(`[data-subject="${section.id}"]`).hidden = section.hidden;
  }
  for (const section of plain) section.hidden = wanted.length > 0;
  byId("nothing").hidden = count > 0;
  byId("find-says").textContent = wanted.length ? t("script.found", { count }) : "";
}

function open() {
  const named = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
  if (!named?.matches(".endpoint")) return;
  named.open = true;
  named.scrollIntoView();
}

box.addEventListener("input", find);
window.addEventListener("hashchange", open);
find();
open();
