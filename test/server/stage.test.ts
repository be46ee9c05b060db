import { appendFileSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { eventually } from "../support/eventually.ts";
import { Program } from "../support/program.ts";
import { tempDir } from "../support/temp.ts";

const root = tempDir();
const program = fileURLToPath(new URL("../fixtures/witness-program.js", import.meta.url));

test("a stage that the daemon does not know by name is kept in one transaction with the windows, over kills", async () => {
  const dir = mkdtempSync(join(root, "stage-"));
  const log = join(dir, "logs/a.jsonl");
  mkdirSync(join(dir, "logs"));
  writeFileSync(join(dir, "config.json"), JSON.stringify({ sources: [{ files: ["logs/*.jsonl"] }] }));
  let written = 0;
  let restored = 0;
  for (let life = 0; life < 4; life++) {
    const daemon = Program.start(process.execPath, [program, join(dir, "config.json"), join(dir, "state")], {});
    const said = (): string[] => daemon.output.trim().split("\n");
    // A commit begins when the one before it is over: of the last two, the first is durable.
    const durable = (): number => Number(said().slice(1).at(-2)?.split(" ")[0]);
    const goal = written + 200;
    await eventually(() => {
      appendFileSync(log, `${JSON.stringify({ model: "m", prediction: "a", label: "b" })}\n`.repeat(10));
      written += 10;
      return durable() >= goal;
    }, "it commits what was written");
    await daemon.stop("SIGKILL");
    const [first = "", ...commits] = said();
    expect(first).toMatch(/^restored \d+$/u);
    const before = Number(first.split(" ")[1]);
    expect(before).toBeGreaterThanOrEqual(restored);
    expect(before > 0).toBe(life > 0);
    restored = before;
    const apart = commits.filter((line) => line.split(" ")[0] !== line.split(" ")[1]);
    expect(apart).toEqual([]);
  }
});
