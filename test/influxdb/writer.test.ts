import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { parseConfig } from "../../src/config/parse.ts";
import type { HealthView } from "../../src/exposition/health.ts";
import { InfluxWriter } from "../../src/influxdb/influx-writer.ts";
import type { Log } from "../../src/log.ts";
import { ClassMonitor } from "../../src/window/class-monitor.ts";
import { Tags } from "../../src/window/tags.ts";
import { tempDir } from "../support/temp.ts";
import { StandIn } from "./stand-in.ts";

const models = 300;
const file = join(tempDir(), "config.json");

test("what is written of a moment is of that moment, though outcomes are counted between its lines", async () => {
  const server = await new StandIn().start();
  const influxdb = { url: server.url, api: "v1", database: "d", interval: "1s", tags: { instance: "here" } };
  const config = parseConfig({ sources: [{ files: ["a"] }], windows: ["5m", "1h", "24h"], influxdb }, file, {});
  const tags = new Tags(config, new ClassMonitor());
  const countAll = (): void => {
    const now = Date.now();
    for (let model = 0; model < models; model++) tags.add([`m${model}`, "v1"], "a", "b", now, now);
  };
  countAll();
  const health = { lines: [], files: [], tags: models, tagsDropped: 0 } as unknown as HealthView;
  const quiet = (): void => undefined;
  const log = { info: quiet, warn: quiet, error: quiet } as unknown as Log;
  const writer = new InfluxWriter({ figures: { tags, health: () => health }, log, clock: Date.now, env: {} });
  writer.use(config);
  const moments = (): Set<number> => new Set(server.posted.flatMap(({ points }) => points.map(({ time }) => time)));
  while (moments().size < 3) {
    countAll();
    await nextTurn();
  }
  await writer.stop();
  await server.stop();

  const samples = new Map<string, Set<number>>();
  for (const { tags: of, fields, time } of server.posted.flatMap(({ points }) => points)) {
    const count = fields["samples"] ?? fields["outcomes_total"];
    if (of["model"] === undefined || count === undefined) continue;
    const key = `${of["model"]} at ${time}`;
    samples.set(key, (samples.get(key) ?? new Set()).add(count));
  }
  expect(samples.size).toBeGreaterThan(models);
  expect([...samples].filter(([, counts]) => counts.size > 1)).toEqual([]);
});
