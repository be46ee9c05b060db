// Races between a server that rotates its log and the tail that follows it, one for each seed, each exactly as before.
// `--seeds FROM-TO`; `--sources N`: how many follow the logs, each on its own; `--tell`: what happens, for one seed; `--dir DIR`: where the logs are, in memory if possible.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { race } from "./race.js";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1-2000" },
    sources: { type: "string", default: "1" },
    tell: { type: "boolean", default: false },
    dir: { type: "string", default: tmpdir() },
  },
});
const [from = 1, to = from] = values.seeds.split("-").map(Number);
const sources = Array.from({ length: Number(values.sources) }, (_, index) => `source ${index + 1}`);
const tell = values.tell ? (/** @type {string} */ text) => console.log(text) : undefined;
const dir = mkdtempSync(join(values.dir, "model-quality-races-"));
let failures = 0;
for (let seed = from; seed <= to; seed++) {
  const { setting, lost, twice } = await race(dir, seed, tell, sources);
  if (lost.length + twice.length === 0) continue;
  failures++;
  console.log(
    `seed ${seed} (${setting}): lost ${lost.join(" ") || "nothing"}, counted twice ${twice.join(" ") || "nothing"}`,
  );
}
rmSync(dir, { recursive: true });
console.log(`${to - from + 1} races, ${failures} of them with a line lost or counted twice`);
process.exit(failures > 0 ? 1 : 0);
