/** How much a word speaks for a prediction (positive) or for a label (negative). */
const leans: Readonly<Record<string, number>> = {
  predict: 3,
  predicted: 3,
  prediction: 3,
  predictions: 3,
  pred: 3,
  preds: 3,
  hat: 3,
  yhat: 3,
  ypred: 3,
  vorhersage: 3,
  guess: 3,
  inferred: 3,
  output: 2,
  outputs: 2,
  response: 2,
  scored: 2,
  score: 2,
  scores: 2,
  prob: 2,
  probs: 2,
  proba: 2,
  probability: 2,
  probabilities: 2,
  decision: 2,
  p: 1,
  result: 2,
  results: 2,
  answer: 1,
  classified: 1,
  t: -1,
  y: -1,
  truth: -4,
  actual: -4,
  actuals: -4,
  gt: -4,
  wahrheit: -4,
  true: -3,
  ytrue: -3,
  ground: -3,
  target: -3,
  targets: -3,
  expected: -3,
  expectation: -3,
  gold: -3,
  label: -2,
  labels: -2,
  labelled: -2,
  labeled: -2,
  verdict: -2,
  outcome: -2,
  checked: -2,
  confirmed: -2,
  observed: -2,
  reviewed: -2,
  real: -2,
  feedback: -2,
  annotation: -2,
};
const idWords = new Set([
  "id",
  "ids",
  "uuid",
  "guid",
  "rid",
  "uid",
  "key",
  "ref",
  "cust",
  "correlation",
  "correlationid",
]);
const timeWords = new Set(
  "time times timestamp ts date datetime when at asctime zeit logged created occurred decided scored".split(" "),
);
/** Words of fields that are of the program and not of its predictions, though they have few values. */
const programWords = new Set(
  "shape datatype level levelname severity logger thread pid lineno line stream hostname host caller method status code logtype".split(
    " ",
  ),
);

/** Splits a key into words: `probsList[0].Class-Id` into `probs`, `list`, `0`, `class`, `id`. */
function wordsOf(key: string): string[] {
  return key
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** Tells whether a key speaks for a prediction (above 0) or for a label (below 0). */
export function leanOf(key: string): number {
  return wordsOf(key).reduce((sum, word) => sum + (Object.hasOwn(leans, word) ? (leans[word] ?? 0) : 0), 0);
}

/** Tells whether a key names an id. */
export function namesId(key: string): boolean {
  const words = wordsOf(lastPart(key));
  return words.some((word) => idWords.has(word) || /(?:^|[^a])id$/u.test(word));
}

/** Tells whether a key names a time. */
export function namesTime(key: string): boolean {
  return wordsOf(lastPart(key)).some((word) => timeWords.has(word) || /^(?:time|unix)/u.test(word));
}

/** Tells whether a key names the model. */
export function namesModel(key: string): boolean {
  return /^model(?: ?(?:name|id|key))?$/u.test(wordsOf(lastPart(key)).join(" "));
}

/** Tells whether a key names the version of the model: many others have versions too. */
export function namesVersion(key: string): boolean {
  return /^(?:model )?version$|^modelversion$/u.test(wordsOf(lastPart(key)).join(" ")) && !/@|ecs|agent/u.test(key);
}

/** Tells whether a key names a field of the program that logs. */
export function namesProgram(key: string): boolean {
  const words = wordsOf(lastPart(key));
  return words.length <= 2 && words.some((word) => programWords.has(word));
}

/** The last key of a path, without brackets. */
function lastPart(key: string): string {
  return (
    key
      .replaceAll(/\[[^\]]*\]/gu, "")
      .split(".")
      .at(-1) ?? key
  );
}
