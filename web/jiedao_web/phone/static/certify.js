// A photo becomes a JPEG that is small enough, and goes with the benefits that are to be certified.
import { Problem, newKey, post } from "../../look/static/api.js";
import { busy, byId, clearMarks, mark, refuse } from "../../look/static/dom.js";
import page, { t } from "../../look/static/page.js";

const LONGEST_SIDE = 960;
const form = byId("certify");
const seen = byId("seen");
let request = { said: "", key: "" };

/** Draw the photo no larger than needed, for the eye and for the bureau. */
async function draw(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  seen.width = Math.round(picture.width * scale);
  seen.height = Math.round(picture.height * scale);
  seen.getContext("2d").drawImage(picture, 0, 0, seen.width, seen.height);
  seen.hidden = false;
}

async function shown() {
  const [file] = form.elements.photo.files;
  mark(form.elements.photo);
  seen.hidden = true;
  if (!file) return;
  try {
    await draw(file);
  } catch {
    form.elements.photo.value = "";
    mark(form.elements.photo, t("script.photo_unreadable"));
  }
}

async function send() {
  clearMarks(form);
  const entitlements = [...form.querySelectorAll("[name=entitlements]:checked")].map((one) => one.value);
  const photo = seen.hidden ? "" : seen.toDataURL("image/jpeg", 0.85).split(",")[1];
  const body = { entitlements, photo, delegation: page.certify.delegation };
  const said = JSON.stringify(body);
  if (request.said !== said) request = { said, key: newKey() };
  try {
    const made = await post("/my/certifications", body, { key: request.key, headers: { Prefer: "wait=10" } });
    window.location.assign(`/my/certifications/${made.id}`);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    refuse(form, error);
  }
}

form?.elements.photo.addEventListener("change", shown);
form?.addEventListener("submit", (event) => { event.preventDefault(); busy(form, send); });
