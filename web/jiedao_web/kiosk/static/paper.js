// A form comes out of the printer as it stands on the page.
import { byId } from "../../look/static/dom.js";

byId("print")?.addEventListener("click", () => window.print());
