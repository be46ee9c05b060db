// `npm run torture`: servers write logs and rotate them in every way, while the daemon that counts them is killed again and
// again. In the end its confusion matrices are those of the writers. `--kills N`, `--seed N`, `--watch auto|poll`,
// `--only NAME`: servers whose name holds it. `--join`: predictions and labels are in logs of their own.
// `--http`: clients post the events, and try again with their keys.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { torture } from "./ordeal.js";
import { torturePosting } from "./posting.js";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "1000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    watch: { type: "string", default: "auto" },
    only: { type: "string", default: "" },
    join: { type: "boolean", default: false },
    http: { type: "boolean", default: false },
  },
});

const dir = mkdtempSync(join(tmpdir(), "model-quality-torture-"));
console.log(`seed ${values.seed}, ${values.kills} kills, watch ${values.watch}`);
const started = performance.now();
const toll = await (values.http ? torturePosting : torture)(
  {
    dir,
    kills: Number(values.kills),
    seed: Number(values.seed),
    watch: values.watch,
    only: values.only,
    join: values.join,
  },
  ({ kills, rotations, lines }) => {
    if (process.stdout.isTTY) process.stdout.write(`\r${kills} kills, ${rotations} rotations, ${lines} lines `);
  },
);
const minutes = ((performance.now() - started) / 60_000).toFixed(1);
if (process.stdout.isTTY) process.stdout.write("\r");
for (const [name, count] of [
  ["kills", `${toll.kills} (${toll.faults} of them at a fault point, ${toll.early} before the daemon listened)`],
  ["rotations", toll.rotations],
  ["lines", toll.lines],
  ["lost", toll.lost],
  ["counted twice", toll.twice],
  ["minutes", minutes],
]) {
  console.log(`${String(name).padEnd(14)} ${String(count)}`);
}
for (const line of toll.differences) console.log(line);
if (toll.lost + toll.twice > 0) {
  console.log(`the logs are in ${dir}`);
  process.exitCode = 1;
} else {
  rmSync(dir, { recursive: true });
}
