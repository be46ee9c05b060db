import { shownText } from "../decode/printable.ts";
import type { ClassNews } from "../window/class-monitor.ts";

/** How many classes a message names, and how many letters of each. */
const mostShown = 8;
const mostLetters = 60;

/** Writes news of classes for a person: what was met, what it does to the figures, and what would mend it. */
export function classNewsText(news: ClassNews): string {
  if (news.kind === "undeclared") return undeclaredText(news);
  const tag = news.labels.map(({ name, value }) => `${name}=${shown(value)}`).join(" ");
  if (news.kind === "strangers") {
    return `${tag}: no predicted class is ever a label, so that all outcomes are wrong: predicted are ${listed(news.predicted)}, labels ${listed(news.actual)}. ${twoWays}`;
  }
  if (news.kind === "alike") {
    const pairs = news.pairs.slice(0, mostShown).map((pair) => pair.map(shown).join(" and "));
    return `${tag}: ${pairs.join(", ")} are different classes that look alike. ${twoWays}`;
  }
  return `${tag}: more classes than limits.maxClasses allows. Outcomes of further ones count as right or wrong, but macro and weighted averages, balanced accuracy, kappa and Matthews correlation are absent while there are any. ${looks(news.classes)} Declare the classes that matter, or raise limits.maxClasses`;
}

const twoWays =
  "If these are spellings of the same classes, declare them in the model's `classes` with their other spellings";

function undeclaredText(news: Extract<ClassNews, { kind: "undeclared" }>): string {
  const { model, declared } = news;
  if (news.class === undefined) return `model ${shown(model)}: further undeclared classes are counted but not named`;
  return `model ${shown(model)}: outcomes of the undeclared class ${shown(news.class)} are counted as the log has them; declared are ${listed(declared)}. If it is another spelling of one of these, name it there in the model's \`classes\``;
}

/** What so many classes look like. */
function looks(classes: readonly string[]): string {
  const numbers = classes.filter((name) => name !== "" && Number.isFinite(Number(name)));
  if (numbers.length < 0.9 * classes.length) return `Are they ids or free text, such as ${listed(classes.slice(-3))}?`;
  const examples = listed((numbers.some(isFraction) ? numbers.filter(isFraction) : numbers).slice(-3));
  return `${numbers.length} of ${classes.length} are numbers, such as ${examples}: is this a regression? Only classes are measured.`;
}

function isFraction(name: string): boolean {
  return !Number.isInteger(Number(name));
}

function listed(names: readonly string[]): string {
  return names.slice(0, mostShown).map(shown).join(", ") + (names.length > mostShown ? ", ..." : "");
}

function shown(name: string): string {
  const cut = name.length > mostLetters ? `${name.slice(0, mostLetters).replace(/\p{Cs}$/u, "")}...` : name;
  return shownText(JSON.stringify(cut));
}
