/** A number in JSON syntax; other spellings (`01`, `+1`, `.5`, `0x1`) are text. */
const jsonNumber = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/u;
/** Integers of more digits keep an exponent; every double has fewer. */
const maxDigits = 400;

/** The number `digits` times 10 to the `exponent`, without leading or trailing zeros; 0 has no digits. */
interface Decimal {
  readonly sign: string;
  readonly digits: string;
  readonly exponent: number;
}

/**
 * Normalizes a class name: numbers to their shortest form, so that `1`, `1.0` and `1e0` are one class and `-0` is `0`;
 * other texts are unchanged.
 *
 * Integers beyond double precision keep all digits, since rounding could merge two classes; so do fractions that would
 * round to an integer.
 */
export function canonicalClass(text: string): string {
  const first = text.charCodeAt(0);
  if (text.length === 1 || (first !== 0x2d && !(first >= 0x30 && first <= 0x39))) return text;
  const decimal = readDecimal(text);
  if (decimal === undefined) return text;
  if (decimal.digits === "") return "0";
  const value = Number(text);
  const printed = String(value);
  const isPrinted = decimal.exponent < 0 ? !Number.isInteger(value) : isSame(readDecimal(printed), decimal);
  return isPrinted ? printed : writtenOut(decimal);
}

function readDecimal(text: string): Decimal | undefined {
  const match = jsonNumber.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", power = "0"] = match;
  const all = whole + fraction;
  let start = 0;
  let end = all.length;
  while (start < end && all[start] === "0") start++;
  while (start < end && all[end - 1] === "0") end--;
  const exponent = start === end ? 0 : Number(power) - fraction.length + all.length - end;
  return Number.isSafeInteger(exponent) ? { sign, digits: all.slice(start, end), exponent } : undefined;
}

function isSame(a: Decimal | undefined, b: Decimal): boolean {
  return a !== undefined && a.digits === b.digits && a.exponent === b.exponent;
}

function writtenOut({ sign, digits, exponent }: Decimal): string {
  const length = digits.length + exponent;
  if (exponent >= 0 && length <= maxDigits) return sign + digits + "0".repeat(exponent);
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
  return `${sign}${digits.slice(0, 1)}${fraction}e${length > 0 ? "+" : "-"}${Math.abs(length - 1)}`;
}
