// The test files of `npm run test:fast`, one a line: those that start no program, neither themselves nor by what they
// import from the tests. They need no build either.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("..", import.meta.url));
/** @type {Map<string, boolean>} */
const known = new Map();

/** @param {string} path @returns {boolean} */
function startsPrograms(path) {
  const answer = known.get(path);
  if (answer !== undefined) return answer;
  // What imports itself in a circle does not start a program by that.
  known.set(path, false);
  const text = readFileSync(path, "utf8");
  const imports = [...text.matchAll(/^(?:import|export)\b[^;]*? from "(\.[^"]+)"/gmu)];
  const own = imports.map(([, to = ""]) => join(dirname(path), to)).filter((to) => to.startsWith(folder));
  const starts = /from "node:(?:child_process|cluster)"/u.test(text) || own.some(startsPrograms);
  known.set(path, starts);
  return starts;
}

const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".test.ts"));
const fast = files.map((file) => join(folder, file)).filter((path) => !startsPrograms(path));
console.log(fast.sort().join("\n"));
