// Where typing belongs to somebody: fields of text, but not amounts, which no scanner types.
const OTHERS = ["radio", "checkbox", "button", "submit", "file"];

export function isTyping(element) {
  if (element.matches?.("textarea, select, [contenteditable]")) return true;
  if (!element.matches?.("input") || OTHERS.includes(element.type)) return element.name === "biller";
  return !element.classList.contains("money");
}
