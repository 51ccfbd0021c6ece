// What the server said with the page: language, words, who works where.
const page = JSON.parse(document.getElementById("page").textContent);

export default page;

// Modules have run by then. Until then no form can be sent: what was typed would go into an address.
document.addEventListener("DOMContentLoaded", () => { document.documentElement.dataset.ready = "yes"; });

/** Words of the page's language; names in braces are filled in. */
export function t(key, values = {}) {
  const words = page.words[key];
  if (words === undefined) throw new Error(`no words for ${key}`);
  return words.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

export const has = (key) => page.words[key] !== undefined;

/** A text that the API gives in both languages, or in one. */
export function inWords(text) {
  if (text && typeof text === "object") return text[page.language] || text.zh || text.en || "";
  return text || "";
}

/** A date or an instant as the page's language writes it; `options` are those of `Intl.DateTimeFormat`. */
export const written = (instant, options) =>
  new Intl.DateTimeFormat(page.language === "zh" ? "zh-CN" : "en-GB", options).format(new Date(instant));

/** Date and time of an instant at the hall. */
export const clock = (instant) =>
  written(instant, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: page.place.timezone || undefined });
