import { expect, test } from "@jest/globals";
import { replayInputs, type ReplayInput } from "../../src/cli/replay.ts";
import { parseConfig } from "../../src/config/parse.ts";
import type { OpenReader } from "../../src/source/source.ts";

const config = parseConfig(
  { sources: [{ name: "posted", files: ["unused.jsonl"] }], windows: [{ last: 100 }] },
  "/etc/model-quality.config.ts",
  {},
);

/** An input whose lines come from nowhere but memory. */
class MemoryInput implements ReplayInput {
  readonly calls: string[] = [];
  readonly #open: OpenReader;
  readonly #lines: readonly string[];

  constructor(open: OpenReader, lines: readonly string[]) {
    this.#open = open;
    this.#lines = lines;
  }

  async start(found: () => Promise<unknown>): Promise<void> {
    await found();
    this.calls.push("start");
  }

  drain(): Promise<void> {
    const reader = this.#open({ source: "posted", path: "memory", firstLine: undefined }, undefined);
    const bytes = Buffer.from(this.#lines.map((line) => `${line}\n`).join(""));
    reader.read(bytes, 0, bytes.length);
    this.calls.push("drain");
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.calls.push("close");
    return Promise.resolve();
  }
}

test("replay reports on any input, such as lines in memory, without knowing where they come from", async () => {
  const inputs: MemoryInput[] = [];
  const lines = [
    '{"model":"m","prediction":"a","label":"a"}',
    '{"model":"m","prediction":"a","label":"b"}',
    '{"model":"m","prediction":"a"}',
    "no JSON",
  ];
  const { result, notes } = await replayInputs(config, (open) => {
    inputs.push(new MemoryInput(open, lines), new MemoryInput(open, ['{"model":"n","prediction":"a","label":"a"}']));
    return inputs;
  });
  expect(
    result.tags.map(({ labels, windows }) => [labels["model"], windows[0]?.samples, windows[0]?.accuracy]),
  ).toEqual([
    ["m", 2, 0.5],
    ["n", 1, 1],
  ]);
  expect(result.lines).toEqual({ read: 5, accepted: 3, rejected: { malformed: 1 }, skipped: { unlabelled: 1 } });
  expect(notes[0]).toContain("malformed");
  expect(inputs.map(({ calls }) => calls)).toEqual([
    ["start", "drain", "close"],
    ["start", "drain", "close"],
  ]);
});
