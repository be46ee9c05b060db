import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { loadConfig } from "../../src/config/load.ts";
import { LineStats } from "../../src/decode/line-stats.ts";
import { QualityPage } from "../../src/exposition/quality-page.ts";
import { Pipeline } from "../../src/pipeline.ts";
import { readQuality } from "../../src/server/quality-view.ts";
import { WallTimeline } from "../../src/timeline.ts";
import { ClassMonitor } from "../../src/window/class-monitor.ts";
import { run } from "../support/daemon.ts";
import { tempDir } from "../support/temp.ts";
import { readHistory } from "./history.ts";

const dir = tempDir();
const minute = 60_000;
const hour = 60 * minute;
const start = Date.parse("2026-02-28T22:30:00Z");

interface Line {
  readonly ts: number;
  readonly [key: string]: unknown;
}

/** Pseudo-random numbers below 1, always the same ones. */
function random(): () => number {
  let state = 12_345;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
}

function outcomes(): Line[] {
  const next = random();
  const classes = ["a", "b", 'say "c"\\', "d\nd"];
  const pick = (): string => classes[Math.floor(next() ** 2 * classes.length)] ?? "a";
  const lines: Line[] = [];
  // With a pause in the middle, in which windows drain and tags go.
  const times = Array.from({ length: 200 }, (_line, at) => start + Math.floor(next() * hour) + (at % 2) * 3.5 * hour);
  for (const ts of times.sort((a, b) => a - b)) {
    const model = next() < 0.7 ? "m" : "other";
    lines.push({ ts, model, version: ts < start + hour / 2 ? "v1" : "v2", prediction: pick(), label: pick() });
  }
  return lines;
}

/** Predictions, and labels of most of them some time later. */
function halves(): Line[] {
  const next = random();
  const lines: Line[] = [];
  for (let at = 0; at < 150; at++) {
    const ts = start + Math.floor(next() * 2 * hour);
    const id = `id-${at}`;
    lines.push({ ts, model: "m", id, prediction: next() < 0.5 ? "a" : "b" });
    if (next() < 0.7) {
      const delay = Math.floor(next() * 100 * minute);
      lines.push({ ts: ts + delay, model: "m", id, label: next() < 0.5 ? "a" : "b" });
      // Some are corrected.
      if (next() < 0.1) lines.push({ ts: ts + delay + minute, model: "m", id, label: next() < 0.5 ? "a" : "b" });
    }
  }
  return lines.sort((a, b) => a.ts - b.ts);
}

const models = {
  m: { team: "t", classes: ["a", "b", "unseen"] },
  silent: { team: "t", classes: ["x"] },
};
const limits = { tagIdle: "2h" };
const windows = ["5m", "1h", { last: 30 }];

test.each<[what: string, lines: readonly Line[], config: Record<string, unknown>]>([
  ["outcomes", outcomes(), { windows, models, limits }],
  ["learned classes, and those past the limit", outcomes(), { windows, limits: { ...limits, maxClasses: 2 } }],
  ["cells above 0 only", outcomes(), { windows, models, limits, exposition: { confusion: "nonzero" } }],
  ["no cells", outcomes(), { windows, models, limits, exposition: { confusion: "none" } }],
  [
    "a join with labels that come later, are corrected, or never come",
    halves(),
    {
      windows: [...windows, { span: "1h", older: "30m" }],
      models: { ...models, m: { ...models.m, join: { within: "2h", absent: "b", maturity: "3h" } } },
      join: { within: "2h", placeAt: "prediction" },
      limits,
    },
  ],
])("what is written of each minute is what a scrape of that minute would have said: %s", async (what, lines, rest) => {
  const folder = join(dir, what);
  mkdirSync(folder);
  const path = join(folder, "config.json");
  const fields = {
    model: "model",
    version: "version",
    predicted: "prediction",
    actual: "label",
    time: "ts",
    ...("join" in rest && { id: "id" }),
  };
  const teams = { t: { critical: { receivers: ["hook"] } } };
  const receivers = { hook: { webhook: { url: "http://127.0.0.1:1/" } } };
  const notifying = "models" in rest ? { teams, receivers, alerting: { defaultReceiver: "hook" } } : {};
  writeFileSync(path, JSON.stringify({ sources: [{ name: "logs", files: ["/**"], fields }], ...notifying, ...rest }));
  const log = join(folder, "log");
  const text = lines.map((line) => `${JSON.stringify(line)}\n`);
  writeFileSync(log, text.join(""));

  const out = join(folder, "out");
  const given = ["--label", "job=", "--label", "instance=", "--metrics", "."];
  expect(await run(["replay", log, "--config", path, "--openmetrics", out, ...given])).toMatchObject({ code: 0 });
  const history = readHistory(out);

  const config = await loadConfig(path);
  let now = start;
  const pipeline = new Pipeline(
    config,
    new WallTimeline({ look: () => ({ wall: now, steady: now, isSettled: true, behindMs: 0 }) }),
    new LineStats(),
    new ClassMonitor(),
  );
  pipeline.isInBacklog = false;
  // The daemon decides every half minute, in the order of hashes with a random key: windows of the last outcomes may differ.
  pipeline.join?.decideInOrder();
  const reader = pipeline.open({ source: "logs", path: log, firstLine: undefined }, undefined);
  let at = 0;
  const first = Math.ceil((lines[0]?.ts ?? 0) / minute) * minute;
  const last = Math.ceil((lines.at(-1)?.ts ?? 0) / minute) * minute;
  expect([...history.keys()].every((time) => time * 1000 >= first && time * 1000 <= last)).toBe(true);
  for (let time = first; time <= last; time += minute) {
    for (; (lines[at]?.ts ?? Number.POSITIVE_INFINITY) <= time; at++) {
      now = lines[at]?.ts ?? now;
      const bytes = Buffer.from(text[at] ?? "");
      pipeline.join?.advance(now);
      reader.read(bytes, 0, bytes.length);
    }
    now = time;
    pipeline.join?.advance(now);
    pipeline.join?.expire(now);
    pipeline.tags.evictIdle(now);
    const { view, close } = readQuality(config, pipeline, now);
    const page = new QualityPage(view);
    const scraped = [...page.measure(), ...page.text("openmetrics")].join("");
    close();
    const samples = scraped.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    const written = [...(history.get(time / 1000) ?? [])].map(([series, value]) => `${series} ${value}`);
    expect(written.sort().join("\n")).toBe(samples.sort().join("\n"));
  }
});
