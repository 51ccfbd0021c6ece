// Amounts are whole fen; points are whole hundredths. Text only here at the edge, and no fractions anywhere.
const AMOUNT = /^(0|[1-9]\d{0,11})(?:\.(\d{1,2}))?$/;

/** Fen from "120", "120.5", "１２０．５０"; `null` for anything else. */
export function parse(words) {
  const match = AMOUNT.exec(words.normalize("NFKC").replace(/[\s,¥]/g, "").replace("。", "."));
  return match ? Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0")) : null;
}

/** "1,120.50" from 112050. */
export function format(fen) {
  const whole = String(Math.floor(Math.abs(fen) / 100)).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${fen < 0 ? "−" : ""}${whole}.${String(Math.abs(fen) % 100).padStart(2, "0")}`;
}

/** As it is typed: "1120.50". */
export const typed = (fen) => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, "0")}`;
