// What is owed at each kept account, asked one after the other so that nobody waits for the slowest.
import { Problem, newKey, once } from "../../look/static/api.js";
import { format } from "../../look/static/money.js";
import page, { t } from "../../look/static/page.js";

async function look(id) {
  const note = document.querySelector(`[data-account="${id}"]`);
  note.textContent = t("script.looking");
  try {
    const { offers } = await once("POST", `/my/accounts/${id}/bills`, {}, { "Idempotency-Key": newKey() });
    const sum = offers.reduce((total, one) => total + one.bill.amount, 0);
    note.textContent = sum ? t("script.owed", { sum: format(sum) }) : t("script.nothing_owed");
    note.classList.toggle("some", sum > 0);
  } catch (error) {
    if (!(error instanceof Problem || error instanceof TypeError)) throw error;
    note.textContent = t("script.not_reached");
  }
}

for (const id of page.accounts) await look(id);
