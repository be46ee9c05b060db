import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { run } from "../support/daemon.ts";
import { tempDir } from "../support/temp.ts";
import { readLines } from "./line-reader.ts";
import { StandIn } from "./stand-in.ts";

const dir = tempDir();
const start = Date.parse("2026-10-01T00:00:00Z");
const minute = 60_000;

beforeAll(() => {
  // One outcome at the start and one ten minutes later: the windows drain between them.
  const lines = [0, 600_100].map((ms) => ({ model: "m", a: "x", p: "x", ts: new Date(start + ms).toISOString() }));
  writeFileSync(join(dir, "log.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
});

function writeConfig(influxdb?: unknown): void {
  const sources = [{ files: ["*.jsonl"], fields: { model: "model", predicted: "p", actual: "a", time: "ts" } }];
  writeFileSync(join(dir, "c.json"), JSON.stringify({ sources, windows: ["5m", "1h"], influxdb }));
}

const replay = (...flags: readonly string[]) =>
  run(["replay", "log.jsonl", "--config", "c.json", ...flags], { cwd: dir });

describe("replay --line-protocol", () => {
  test("the lines are what the windows held at each instant, with the tags of the config and of --label", async () => {
    writeConfig({ url: "http://127.0.0.1:9", api: "v3", database: "d", interval: "1m", tags: { instance: "here" } });
    const { stdout, stderr, code } = await replay("--line-protocol", "--label", "site=eu", "--window", "5m");
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("at 12 instants") as unknown });
    const points = readLines(stdout).filter(({ fields }) => "samples" in fields);
    expect(points.map(({ time, fields }) => [(time * 1000 - start) / minute, fields["samples"]])).toEqual([
      // A window reaches as far as a pane more than it says.
      ...[0, 1, 2, 3, 4, 5].map((at) => [at, 1]),
      ...[6, 7, 8, 9, 10].map((at) => [at, 0]),
      [11, 1],
    ]);
    expect(new Set(points.map(({ tags }) => JSON.stringify(tags)))).toEqual(
      new Set([JSON.stringify({ instance: "here", model: "m", site: "eu", window: "5m" })]),
    );
  });

  test("the lines of a part of the time, at another step, need no server in the config", async () => {
    writeConfig();
    const flags = ["--from", "2026-10-01T00:02:00Z", "--to", "2026-10-01T00:04:00Z", "--label", "instance=there"];
    const { stdout } = await replay("--line-protocol", "--step", "30s", ...flags);
    const times = new Set(readLines(stdout).map(({ time }) => (time * 1000 - start) / minute));
    expect([...times]).toEqual([2, 2.5, 3, 3.5, 4]);
  });

  test.each([
    { flags: ["--influxdb"], message: "--influxdb: the config names no server" },
    { flags: ["--line-protocol", "--step", "1500ms"], message: "--step 1500ms: expected whole seconds" },
    { flags: ["--line-protocol", "--openmetrics", "-"], message: "write one history at a time" },
    {
      flags: ["--line-protocol", "--influxdb"],
      message: "--line-protocol: with --influxdb the lines go to the server",
    },
    { flags: ["--line-protocol", "--metrics", "x"], message: "--metrics needs --openmetrics or --blocks" },
    { flags: ["--line-protocol", "--label", "model=x"], message: "--label model=x: series have this label already" },
    { flags: ["--step", "1m"], message: "--step needs --openmetrics, --blocks, --influxdb or --line-protocol" },
  ])("$flags is bad usage: $message", async ({ flags, message }) => {
    writeConfig();
    const { code, stderr } = await replay(...flags);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) as unknown });
  });
});

describe("replay --influxdb", () => {
  test("a server that is slow to take lines gets all of them, and one that refuses them says from which time to go on", async () => {
    const server = await new StandIn().start();
    server.answers.push({ status: 503 }, { status: 413 });
    writeConfig({ url: server.url, api: "v3", database: "d", interval: "1m" });
    const { code, stderr } = await replay("--influxdb");
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining(`written to ${server.url}`) as unknown,
    });
    const [first, , ...halves] = server.posted;
    expect(halves.flatMap(({ points }) => points)).toEqual(first?.points);
    server.answers.push({ status: 404, body: JSON.stringify({ error: "database not found" }) });
    const refused = await replay("--influxdb");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("404: database not found");
    expect(refused.stderr).toContain("--from 2026-10-01T00:00:00.000Z goes on from there");
    await server.stop();
  });
});
