import { appendFileSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
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

describe("each stage has a format of its own", () => {
  /** Runs the daemon with a stage of this name and formats until it has committed `goal` lines; gives what it said first. */
  const run = async (dir: string, goal: number, ...stage: string[]): Promise<{ first: string; last: string }> => {
    const args = [program, join(dir, "config.json"), join(dir, "state"), ...stage];
    const daemon = Program.start(process.execPath, args, {});
    const lines = (): string[] => daemon.output.trim().split("\n");
    await eventually(
      () => Number(lines().slice(1).at(-2)?.split(" ")[0]) >= goal || daemon.ended,
      "it commits or ends",
    );
    await daemon.stop("SIGKILL");
    return { first: daemon.output.split("\n").find((line) => line !== "") ?? "", last: lines().at(-1) ?? "" };
  };
  const filled = async (): Promise<string> => {
    const dir = mkdtempSync(join(root, "format-"));
    mkdirSync(join(dir, "logs"));
    writeFileSync(join(dir, "config.json"), JSON.stringify({ sources: [{ files: ["logs/*.jsonl"] }] }));
    writeFileSync(join(dir, "logs/a.jsonl"), line.repeat(5));
    expect((await run(dir, 5, "witness", "2")).last).toBe("5 5");
    return dir;
  };
  const line = `${JSON.stringify({ model: "m", prediction: "a", label: "b" })}\n`;

  test("a stage goes on from entries of a format that it reads", async () => {
    const dir = await filled();
    expect((await run(dir, 5, "witness", "3", "2")).first).toBe("restored 5");
  });

  test("a stage that no longer reads its entries begins anew alone: windows and offsets are kept", async () => {
    const dir = await filled();
    appendFileSync(join(dir, "logs/a.jsonl"), line.repeat(3));
    const { first, last } = await run(dir, 3, "witness", "4", "3");
    expect(first).toMatch(/level=error .*state=witness format=2 oldest=3 entries=1 msg="saved state begins anew/u);
    expect(last).toBe("3 8");
  });

  test.each([
    { what: "in a newer format", stage: ["witness", "1"], why: "its witness have format 2, and this release reads" },
    {
      what: "that this release lacks",
      stage: ["other", "1"],
      why: "its witness have format 2, and this release does not",
    },
  ])("state with a stage $what is refused, and stays as it was", async ({ stage, why }) => {
    const dir = await filled();
    const args = [program, join(dir, "config.json"), join(dir, "state"), ...stage];
    const refused = Program.start(process.execPath, args, {});
    await eventually(() => refused.ended, "it ends");
    expect(refused.output).toContain(`the state was written by a newer release: ${why}`);
    expect((await run(dir, 5, "witness", "2")).first).toBe("restored 5");
  });
});
