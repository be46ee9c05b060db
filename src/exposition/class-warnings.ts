import { shownText } from "../decode/printable.ts";
import type { ClassNews } from "../window/class-monitor.ts";

/** How many classes a message names, and how many letters of each. */
const mostShown = 8;
const mostLetters = 60;

/** Writes news of classes for a person: what was met, what it does to the figures, and what would mend it. */
export function classNewsText(news: ClassNews): string {
  if (news.kind === "overflow") {
    const tag = news.labels.map(({ name, value }) => `${name}=${shown(value)}`).join(" ");
    return `${tag}: more classes than limits.maxClasses allows. Outcomes of further ones count as right or wrong, but macro and weighted averages, balanced accuracy, kappa and Matthews correlation are absent while there are any. ${looks(news.classes)} Declare the classes that matter, or raise limits.maxClasses`;
  }
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
