import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { cycleMs, DriftingLog } from "../../examples/drifting-log.js";
import { LogWriter } from "../../examples/log-writer.js";
import { repository } from "../support/repository.ts";
import { tempDir } from "../support/temp.ts";

interface Row {
  readonly ts: string;
  readonly request_id: string;
  readonly prediction: string;
  readonly label: string;
}

const start = Math.ceil(Date.UTC(2026, 0, 1) / cycleMs) * cycleMs;
const digits = new DriftingLog(join(repository, "test/golden/digits.jsonl"), 5, {
  label: "0",
  prediction: "6",
  share: 0.7,
});
const dir = tempDir();

function rows(text: string): readonly Row[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
}

/** The recall of the class that fails, over the lines of `[from, to)` minutes of the cycle. */
function recall(from: number, to: number): number {
  const zeros = rows(digits.lines(start + from * 60_000, start + to * 60_000)).filter(({ label }) => label === "0");
  return zeros.filter(({ prediction }) => prediction === "0").length / zeros.length;
}

describe("the sample log", () => {
  test("the sample log tells the same lines whether it is asked for a stretch at once or in parts", () => {
    const parts = [0, 1, 199, 200, 201, 777, 5000].map((ms) => start + ms);
    const told = parts.slice(1).map((to, index) => digits.lines(parts[index] ?? 0, to));
    expect(told.join("")).toBe(digits.lines(start, start + 5000));
    expect(rows(told.join(""))).toHaveLength(25);
  });

  test("the sample log falls in quality for a part of each cycle, and recovers", () => {
    expect(recall(0, 5)).toBeGreaterThan(0.9);
    expect(recall(5, 8)).toBeLessThan(0.4);
    expect(recall(8, 10)).toBeGreaterThan(0.9);
  });
});

describe("the writer of the sample log", () => {
  test("the writer of the sample log begins a new log with the past hour and carries it on with each line once", () => {
    const file = join(dir, "new", "digits.jsonl");
    const writer = new LogWriter(digits, file, start);
    writer.write(start + 1000);
    writer.write(start + 500);
    writer.write(start + 2000);
    expect(readFileSync(file, "utf8")).toBe(digits.lines(start - 3_600_000, start + 2000));
  });

  test("the writer of the sample log goes on where an earlier run ended, also in the middle of a line", () => {
    const file = join(dir, "again.jsonl");
    new LogWriter(digits, file, start);
    const whole = readFileSync(file, "utf8");
    new LogWriter(digits, file, start + 1000);
    expect(readFileSync(file, "utf8")).toBe(whole + digits.lines(start, start + 1000));
    truncateSync(file, readFileSync(file).length - 10);
    new LogWriter(digits, file, start + 2000);
    expect(readFileSync(file, "utf8")).toContain("\n" + digits.lines(start + 1000, start + 2000));
  });

  test("the writer of the sample log bounds the disk: past a size the log is renamed over the one before it", () => {
    const file = join(dir, "full", "digits.jsonl");
    mkdirSync(join(dir, "full"));
    writeFileSync(`${file}.1`, "older\n");
    const writer = new LogWriter(digits, file, start);
    truncateSync(file, 17 * 1024 * 1024);
    writer.write(start + 1000);
    expect(readFileSync(file, "utf8")).toBe(digits.lines(start, start + 1000));
    expect(readFileSync(`${file}.1`, "utf8")).not.toContain("older");
  });
});
