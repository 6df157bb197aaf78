/** Numbers that JavaScript does not give back as they are written: it keeps some 16 digits of each,
 * the API all of them. */

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const DIGITS_OF_A_DOUBLE = 17;

/** Digits and power of ten, the same for all ways to write a number. */
function exact(literal: string): string {
  const [mantissa = "", power = "0"] = literal.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.replace(/^[+-]/, "").split(".");
  const digits = (whole + fraction).replace(/^0+/, "");
  const short = digits.replace(/0+$/, "");
  if (!short) return "0";
  const sign = mantissa.startsWith("-") ? "-" : "";
  return `${sign}${short}e${Number(power) - fraction.length + digits.length - short.length}`;
}

export function isExact(literal: string): boolean {
  const read = Number(literal);
  return Number.isFinite(read) && exact(String(read)) === exact(literal);
}

/** The first number of a JSON text that would be changed by reading it here. */
export function changedNumber(json: string): string | null {
  for (const [token] of json.matchAll(TOKENS)) {
    if (!token.startsWith('"') && !isExact(token)) return token;
  }
  return null;
}

/** Whether a value that was read here may have had other digits: only its text can tell. */
export function mayHaveChanged(value: unknown): boolean {
  if (typeof value === "number") {
    if (Number.isInteger(value)) return !Number.isSafeInteger(value);
    const [mantissa = ""] = exact(String(value)).replace("-", "").split("e");
    return mantissa.length >= DIGITS_OF_A_DOUBLE;
  }
  return typeof value === "object" && value !== null && Object.values(value).some(mayHaveChanged);
}

export function tellChanged(literal: string): string {
  const shown = literal.length > 40 ? `${literal.slice(0, 40)}…` : literal;
  return `${shown} has more digits than a browser keeps. Send it through the API, or as text.`;
}
