import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { orderFiles } from "../../src/cli/replay-files.ts";
import { WholeFiles, type OpenPassage } from "../../src/cli/whole-files.ts";
import { parseConfig } from "../../src/config/parse.ts";
import { ClassMonitor } from "../../src/window/class-monitor.ts";
import { LineStats } from "../../src/decode/line-stats.ts";
import { Merge } from "../../src/merge/merge.ts";
import { Pipeline } from "../../src/pipeline.ts";
import { EventTimeline, FutureLimit } from "../../src/timeline.ts";
import { openFiles } from "../support/open-files.ts";
import { tempDir } from "../support/temp.ts";

const dir = tempDir();
const start = Date.parse("2026-01-01T00:00:00Z");
const fields = { predicted: "prediction", actual: "label", time: "ts" };
const config = parseConfig({ sources: [{ name: "logs", files: ["*"], fields }], windows: ["24h"] }, `${dir}/c.ts`, {});

/** Writes a log of lines that are a second apart. */
function log(name: string, fromSecond: number, lines: number): string {
  const path = join(dir, name);
  const text = Array.from({ length: lines }, (_line, at) => {
    return `${JSON.stringify({ ts: start + (fromSecond + at) * 1000, model: name, prediction: "a", label: "a" })}\n`;
  });
  writeFileSync(path, text.join(""));
  return path;
}

/** Reads files as `replay` does, and calls back after each stretch of lines of one of them. */
async function readAll(
  files: readonly string[],
  onRead: (file: string, bytes: number, merge: Merge) => void,
): Promise<void> {
  const future = new FutureLimit(Date.now, 0);
  const pipeline = new Pipeline(config, new EventTimeline(Date.now, future), new LineStats(), new ClassMonitor());
  const merge = new Merge({ latenessMs: 60_000, maxHeld: 100_000, isTolerated: (time) => future.tolerates(time) });
  const open: OpenPassage = (file, saved, passage) => {
    const reader = pipeline.open(file, saved, passage);
    return {
      ...reader,
      read: (buffer, from, to) => {
        reader.read(buffer, from, to);
        onRead(basename(file.path), to - from, merge);
      },
    };
  };
  const order = await orderFiles(
    files.map((file) => ({ file, sources: ["logs"] })),
    config,
    false,
  );
  await new WholeFiles(order, open, merge, 10_000).drain();
}

describe("files that are merged are not read whole:", () => {
  test("of logs that ran at once each is as far as the others but for a chunk, and few events are held back", async () => {
    const names = ["a", "b", "c"];
    const files = names.map((name) => log(name, 0, 20_000));
    const read = new Map(names.map((name) => [name, 0]));
    let [mostAhead, mostHeld] = [0, 0];
    await readAll(files, (file, bytes, { held }) => {
      read.set(file, (read.get(file) ?? 0) + bytes);
      mostAhead = Math.max(mostAhead, Math.max(...read.values()) - Math.min(...read.values()));
      mostHeld = Math.max(mostHeld, held);
    });
    const chunk = 64 * 1024;
    expect(Math.min(...read.values())).toBeGreaterThan(1_000_000);
    expect(mostAhead).toBeLessThan(2 * chunk);
    expect(mostHeld).toBeLessThan(10_000);
  });

  test("of logs that follow one another only those are open whose times meet", async () => {
    const files = Array.from({ length: 30 }, (_file, day) => log(`day-${day}.jsonl`, day * 5000, 5000));
    let mostOpen = 0;
    await readAll(files.toReversed(), () => {
      mostOpen = Math.max(mostOpen, openFiles(process.pid, dir).length);
    });
    expect(mostOpen).toBeLessThanOrEqual(2);
  });
});
