// Days as they are written at the hall.
import page from "../../look/static/page.js";

/** The day of an instant, such as 2026-03-02, where the hall is. */
export function day(instant) {
  return new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: page.place.timezone || undefined }).format(new Date(instant));
}
