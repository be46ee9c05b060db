import { appendFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { Daemon } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";
import { Influxd, type Series } from "./influxd.ts";
import { hostileValues, readTagValue } from "./line-reader.ts";

const root = tempDir();

/** A folder with a log and a config that writes it to a server, each second. */
function folder(url: string, influxdb: Readonly<Record<string, unknown>> = {}): string {
  const dir = mkdtempSync(join(root, "exporter-"));
  writeFileSync(join(dir, "log.jsonl"), "");
  const config = {
    sources: [
      {
        name: "log",
        files: ["*.jsonl"],
        startAt: "beginning",
        fields: { model: "model", version: "version", predicted: "p", actual: "a" },
      },
    ],
    windows: ["1h", { last: 1000 }],
    limits: { maxClasses: 1000 },
    influxdb: { url, api: "v1", database: "models", interval: "1s", tags: { instance: "here" }, ...influxdb },
  };
  writeFileSync(join(dir, "c.json"), JSON.stringify(config));
  return dir;
}

async function serve(dir: string): Promise<Daemon> {
  return Daemon.start(["--config", "c.json", "--state", "state", "--web.enable-lifecycle"], { cwd: dir });
}

function append(dir: string, outcomes: readonly { model: string; a: string; p: string; version?: string }[]): void {
  appendFileSync(join(dir, "log.jsonl"), outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join(""));
}

const samplesOf = "SELECT samples FROM model_quality WHERE \"window\" = '1h' AND samples > 0";

const timesOf = (series: readonly Series[]): number[] =>
  series.flatMap(({ rows }) => rows.map(({ time }) => Number(time)));

/** Waits until a query finds something. */
async function found(influxd: Influxd, query: string): Promise<readonly Series[]> {
  return eventually(async () => {
    const series = await influxd.query(query);
    return series.length > 0 && series;
  }, query);
}

/** A value of the exporter's own metrics. */
async function own(daemon: Daemon, sample: string): Promise<number> {
  const { body } = await daemon.get("/metrics");
  const line = body.split("\n").find((text) => text.startsWith(`model_quality_exporter_influxdb_${sample} `));
  return Number(line?.split(" ").at(-1) ?? Number.NaN);
}

describe("a real InfluxDB", () => {
  test("a real InfluxDB has every name of the log as it is, with and without a login", async () => {
    const login = "mqe:s3cret";
    const influxd = await Influxd.start(join(root, "login"), { login });
    await influxd.query("CREATE DATABASE models");
    const dir = folder(influxd.url, { username: "mqe", passwordFile: "password", confusion: "nonzero" });
    writeFileSync(join(dir, "password"), "wrong");
    append(
      dir,
      // An empty value is no model's name.
      hostileValues.filter((value) => value !== "").map((value) => ({ model: value, a: value, p: value })),
    );
    append(dir, [{ model: "m", a: "", p: "" }]);
    const daemon = await serve(dir);
    await eventually(async () => (await own(daemon, 'requests_total{code="401"}')) === 1, "the login is refused");
    expect((await daemon.get("/")).body).toContain("401: authorization failed");
    writeFileSync(join(dir, "password"), "s3cret\n");
    // A config that is loaded again is tried at once.
    await fetch(`${daemon.url}/-/reload`, { method: "POST" });
    const values = async (key: string): Promise<readonly string[]> =>
      (await found(influxd, `SHOW TAG VALUES FROM model_quality WITH KEY = "${key}"`)).flatMap(({ rows }) =>
        rows.map(({ value }) => readTagValue(String(value))),
      );
    const sorted = (all: readonly string[]): readonly string[] => [...all].sort();
    expect(sorted(await values("model"))).toEqual(sorted([...hostileValues.filter((value) => value !== ""), "m"]));
    const classes = sorted(hostileValues);
    expect(sorted(await values("class"))).toEqual(classes);
    expect(sorted(await values("predicted"))).toEqual(classes);
    expect(await daemon.stop()).toBe(0);
    expect(daemon.log).not.toContain("s3cret");
    await influxd.stop();
  });

  test("a real InfluxDB that was down has the points of that time once it is back, and each only once after a kill", async () => {
    const data = join(root, "down");
    let influxd = await Influxd.start(data);
    await influxd.query("CREATE DATABASE models");
    const dir = folder(influxd.url);
    append(dir, [{ model: "m", a: "x", p: "x" }]);
    let daemon = await serve(dir);
    await found(influxd, samplesOf);
    const { port } = influxd;
    await influxd.stop();
    await eventually(async () => (await own(daemon, 'requests_total{code="error"}')) >= 2, "two requests fail", 20_000);
    const status = JSON.parse((await daemon.get("/api/v1/status")).body) as { influxdb: Record<string, unknown> };
    expect(status.influxdb).toMatchObject({ failure: expect.stringContaining("ECONNREFUSED") as unknown });
    expect((await daemon.get("/")).body).toMatch(/InfluxDB:\s+written .* ago, .* lines .* wait/u);
    influxd = await Influxd.start(data, { port });
    await eventually(async () => (await own(daemon, "buffered_bytes")) === 0, "nothing waits any more");
    await daemon.stop("SIGKILL");
    // It is counted once, whatever was on its way.
    append(dir, [{ model: "m", a: "x", p: "y" }]);
    daemon = await serve(dir);
    const twice = "SELECT samples FROM model_quality WHERE \"window\" = '1h' AND samples = 2";
    const after = timesOf(await found(influxd, twice))[0] ?? 0;
    const times = timesOf(await influxd.query(`${samplesOf} AND time <= ${after}s`));
    const steps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    // Every second has its point but those of the restart.
    expect(steps.filter((step) => step !== 1).length).toBeLessThanOrEqual(1);
    // The one before the outage, two of the time of the outage at least, and the one after the kill.
    expect(times.length).toBeGreaterThan(3);
    expect(await own(daemon, 'lines_total{result="dropped"}')).toBe(0);
    await daemon.stop();
    await influxd.stop();
  });

  test("a real InfluxDB whose database is dropped gets the lines when it is there again; a conflict of types costs one field", async () => {
    const influxd = await Influxd.start(join(root, "dropped"));
    await influxd.query("CREATE DATABASE models");
    // The first point of a shard says what a field is.
    const body = `model_quality,model=m,window=1h,instance=there samples=1.5 ${Math.floor(Date.now() / 1000)}`;
    await fetch(`${influxd.url}/write?db=models&precision=s`, { method: "POST", body });
    const dir = folder(influxd.url);
    append(dir, [{ model: "m", a: "x", p: "x" }]);
    const daemon = await serve(dir);
    await found(influxd, "SELECT outcomes_total FROM model_quality");
    await eventually(async () => (await own(daemon, 'lines_total{result="rejected"}')) > 0, "lines are rejected");
    expect(daemon.log).toContain("InfluxDB rejects lines, which are lost");
    expect(daemon.log).toContain("field type conflict");
    await influxd.query("DROP DATABASE models");
    await eventually(async () => (await own(daemon, 'requests_total{code="404"}')) === 1, "the database is missed");
    await eventually(async () => (await own(daemon, "buffered_bytes")) > 0, "lines wait");
    await influxd.query("CREATE DATABASE models");
    await fetch(`${daemon.url}/-/reload`, { method: "POST" });
    await found(influxd, samplesOf);
    // One is asked for at a time, also at a reload that leaves InfluxDB out.
    writeFileSync(join(dir, "c.json"), JSON.stringify({ sources: [{ files: ["*.jsonl"] }] }));
    await fetch(`${daemon.url}/-/reload`, { method: "POST" });
    expect((await daemon.get("/metrics")).body).not.toMatch(/^model_quality_exporter_influxdb_/mu);
    expect((await daemon.get("/")).body).not.toContain("InfluxDB:");
    await daemon.stop();
    await influxd.stop();
  });
});
