// `npm run bench -- --patterns`: what a line costs under a regular expression: proved linear, as V8 alone runs it, and
// on RE2. All take turns, so that a busy machine slows all of them.
// By a name that the compiler does not follow: the checks run without a build.
const built = new URL("../../dist/modules/decode/pattern/pattern.js", import.meta.url).href;
/** @type {typeof import("../../src/decode/pattern/pattern.ts")} */
const { safePattern } = await import(built);

const lineCount = 100_000;
const rounds = 15;
const lines = Array.from({ length: lineCount }, (_line, index) => {
  const time = new Date(Date.UTC(2026, 0, 1) + index * 40).toISOString();
  return `${time} INFO model=fraud version=v${index % 3} id=req-${index} pred=${index % 7 === 0 ? "fraud" : "legit"} label=legit`;
});
const names = ["time", "model", "version", "id", "pred", "label"];
const proved =
  /^(?<time>\S+) INFO model=(?<model>\S+) version=(?<version>\S+) id=(?<id>\S+) pred=(?<pred>\S+) label=(?<label>\S+)$/u;
const unproved =
  /^(?<time>.+) INFO model=(?<model>.+) version=(?<version>.+) id=(?<id>.+) pred=(?<pred>.+) label=(?<label>.+)$/u;

/**
 * @param {RegExp} regex
 * @param {"V8" | "RE2"} engine
 */
function throughDoor(regex, engine) {
  const pattern = safePattern(regex);
  if ("refused" in pattern || pattern.engine !== engine) throw new Error(`${String(regex)} does not run on ${engine}`);
  const groups = names.flatMap((name) => pattern.names.get(name) ?? []);
  return (/** @type {string} */ line) => {
    const match = pattern.exec(line);
    return groups.reduce((length, group) => length + (match?.[group]?.length ?? 0), 0);
  };
}

/** @param {RegExp} regex */
function bare(regex) {
  return (/** @type {string} */ line) => {
    const groups = regex.exec(line)?.groups;
    return names.reduce((length, name) => length + (groups?.[name]?.length ?? 0), 0);
  };
}

const contestants = [
  { name: "V8 alone, before", read: bare(proved), times: /** @type {number[]} */ ([]) },
  { name: "proved linear, V8", read: throughDoor(proved, "V8"), times: /** @type {number[]} */ ([]) },
  { name: "not proved, RE2", read: throughDoor(unproved, "RE2"), times: /** @type {number[]} */ ([]) },
];
const sums = new Set();
for (let round = 0; round < rounds; round++) {
  for (const { read, times } of contestants) {
    const started = performance.now();
    sums.add(lines.reduce((sum, line) => sum + read(line), 0));
    times.push(((performance.now() - started) / lineCount) * 1000);
  }
}
if (sums.size !== 1) throw new Error("not the same groups");
const median = (/** @type {number[]} */ times) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? NaN;
const reference = median(contestants[0]?.times ?? []);
for (const { name, times } of contestants) {
  const own = median(times);
  console.log(`${name.padEnd(20)} ${own.toFixed(2)} us a line, ${(own / reference).toFixed(2)} x`);
}
