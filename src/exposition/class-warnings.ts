import { printableText } from "../decode/printable.ts";
import type { ClassWarning } from "../window/class-monitor.ts";

/** Limits of a message: classes, and characters per class. */
const maxShown = 8;
const maxLength = 60;

/** Formats a warning about classes: the finding, its effect on metrics, and the remedy. */
export function classWarningText(warning: ClassWarning): string {
  if (warning.kind === "undeclared") return undeclaredText(warning);
  const tag = warning.labels.map(({ name, value }) => `${name}=${shown(value)}`).join(" ");
  if (warning.kind === "disjoint") {
    return `${tag}: no predicted class is ever a label, so all outcomes are wrong; predicted: ${listed(warning.predicted)}; labels: ${listed(warning.actual)}. ${declareSpellings}`;
  }
  if (warning.kind === "packed") {
    return `${tag}: the class ${shown(warning.class)} is suspicious: it looks like a text that the class is packed in; { in, decode, path } in place of the field reads what is inside`;
  }
  if (warning.kind === "similar") {
    const pairs = warning.pairs.slice(0, maxShown).map((pair) => pair.map(shown).join(" and "));
    return `${tag}: different classes look alike: ${pairs.join(", ")}. ${declareSpellings}`;
  }
  return `${tag}: more classes than limits.maxClasses allows. Outcomes of further classes still count as right or wrong, but macro and weighted averages, balanced accuracy, kappa and Matthews correlation are absent while there are any. ${diagnosis(warning.classes)} Declare the classes that matter, or raise limits.maxClasses`;
}

const declareSpellings =
  "If these are spellings of the same classes, declare them in the model's `classes` with their other spellings";

function undeclaredText(warning: Extract<ClassWarning, { kind: "undeclared" }>): string {
  const { model, declared } = warning;
  if (warning.class === undefined) return `model ${shown(model)}: further undeclared classes are counted but not named`;
  return `model ${shown(model)}: outcomes of the undeclared class ${shown(warning.class)} are counted as logged; declared classes: ${listed(declared)}. If it is another spelling of one of these, add it to the model's \`classes\``;
}

/** Guesses why there are too many classes. */
function diagnosis(classes: readonly string[]): string {
  const numbers = classes.filter((name) => name !== "" && Number.isFinite(Number(name)));
  if (numbers.length < 0.9 * classes.length) return `Are they ids or free text, such as ${listed(classes.slice(-3))}?`;
  const examples = listed((numbers.some(isFraction) ? numbers.filter(isFraction) : numbers).slice(-3));
  return `${numbers.length} of ${classes.length} are numbers, such as ${examples}: is this a regression model? Only classification is supported.`;
}

function isFraction(name: string): boolean {
  return !Number.isInteger(Number(name));
}

function listed(names: readonly string[]): string {
  return names.slice(0, maxShown).map(shown).join(", ") + (names.length > maxShown ? ", ..." : "");
}

function shown(name: string): string {
  const cut = name.length > maxLength ? `${name.slice(0, maxLength).replace(/\p{Cs}$/u, "")}...` : name;
  return printableText(JSON.stringify(cut));
}
