import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { joinFaultPoints, type FaultPoint } from "../../src/fault-points.ts";
import { Daemon } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { parseOpenMetrics, seriesOf } from "../support/openmetrics.ts";
import { tempDir } from "../support/temp.ts";
import { countedBy, difference } from "../torture/outcomes.js";
import { Victim } from "../torture/victim.js";

const root = tempDir();

const predictions = {
  files: ["logs/p.jsonl"],
  fields: { predicted: "prediction", actual: null, id: "id", time: "ts" },
};
const labels = { files: ["logs/l.jsonl"], fields: { predicted: null, actual: "label", id: "id", time: "ts" } };

/** What reports say of traffic; nothing without a join. */
interface Covered {
  readonly coverage?: readonly {
    readonly windows: readonly { readonly predictions: number }[];
    readonly ages: readonly { readonly labelled: number }[];
  }[];
}

/** Two logs of many ids: labels before and after their predictions, repeats of both, and corrections. */
class TwoLogs {
  readonly dir = mkdtempSync(join(root, "two-"));
  /** What must be counted in the end: `ACTUAL PREDICTED` to how often. */
  readonly cells = new Map<string, number>();
  #written = 0;
  #corrected = 0;

  constructor(more: object = {}) {
    mkdirSync(join(this.dir, "logs"));
    this.configure(more);
  }

  configure(more: object): void {
    const config = { sources: [predictions, labels], join: {}, windows: [{ last: 100_000 }, "24h"], ...more };
    writeFileSync(join(this.dir, "config.json"), JSON.stringify(config));
  }

  /** Writes halves of so many further ids, and corrections of those before. */
  write(count: number): void {
    const [p, l]: [string[], string[]] = [[], []];
    const ts = new Date().toISOString();
    for (let n = this.#corrected; n < this.#written; n += 4) {
      l.push(JSON.stringify({ id: `id-${n}`, label: "fixed", ts }));
      this.#count(n, `c${n % 5}`, -1);
      this.#count(n, "fixed", 1);
      this.#corrected = n + 4;
    }
    for (const last = this.#written + count; this.#written < last; this.#written++) {
      const id = `id-${this.#written}`;
      const label = `c${this.#written % 5}`;
      const prediction = JSON.stringify({ model: "m", id, prediction: `c${this.#written % 3}`, ts });
      p.push(prediction, ...(this.#written % 7 === 0 ? [prediction] : []));
      l.push(JSON.stringify({ id, label, ts }), JSON.stringify({ id, label, ts }));
      this.#count(this.#written, label, 1);
    }
    const write = (name: string, lines: readonly string[]): void => {
      appendFileSync(join(this.dir, "logs", name), lines.map((line) => `${line}\n`).join(""));
    };
    // Half of the labels come before their predictions.
    write("l.jsonl", l.slice(0, l.length / 2));
    write("p.jsonl", p);
    write("l.jsonl", l.slice(l.length / 2));
  }

  #count(id: number, actual: string, count: number): void {
    const cell = `${actual} c${id % 3}`;
    this.cells.set(cell, (this.cells.get(cell) ?? 0) + count);
  }

  async differs(url: string): Promise<string> {
    const { lost, twice } = difference(this.cells, (await countedBy(url)).get("m") ?? new Map<string, number>());
    if (lost + twice > 0) return `lost ${lost}, counted twice ${twice}`;
    const { coverage } = (await (await fetch(`${url}/api/v1/models`)).json()) as Covered;
    const all = [...this.cells.values()].reduce((sum, count) => sum + count, 0);
    const traffic = coverage?.[0]?.windows[0]?.predictions ?? 0;
    const labelled = (coverage?.[0]?.ages ?? []).reduce((sum, age) => sum + age.labelled, 0);
    return traffic === all && labelled === all ? "" : `of ${all} predictions ${traffic} seen, ${labelled} labelled`;
  }

  start(): Promise<Daemon> {
    return Daemon.start(["--config", "config.json", "--state", "state", "--web.enable-lifecycle"], { cwd: this.dir });
  }
}

async function metricsOf(daemon: Daemon): Promise<ReadonlyMap<string, number>> {
  const { body } = await daemon.get("/metrics", { accept: "application/openmetrics-text" });
  return seriesOf(parseOpenMetrics(body));
}

describe("a daemon that joins two logs", () => {
  test("it counts each id once, over restarts, kills and reloads, and says on /metrics what became of the halves", async () => {
    const logs = new TwoLogs();
    logs.write(100);
    let daemon = await logs.start();
    for (const end of ["SIGKILL", "SIGTERM", "reload"] as const) {
      logs.write(50);
      await eventually(async () => (await logs.differs(daemon.url)) === "", "all is counted once");
      if (end === "reload") {
        logs.configure({ join: { within: "48h" } });
        expect((await fetch(`${daemon.url}/-/reload`, { method: "POST" })).status).toBe(200);
      } else {
        await daemon.stop(end);
        daemon = await logs.start();
        const last = 'model_quality_exporter_label_last_timestamp_seconds{model="m"}';
        expect((await metricsOf(daemon)).get(last)).toBeGreaterThan(0);
      }
    }
    expect(await logs.differs(daemon.url)).toBe("");
    const id = (half: object): string => `${JSON.stringify({ model: "m", ts: new Date().toISOString(), ...half })}\n`;
    appendFileSync(join(logs.dir, "logs/p.jsonl"), id({ id: "w", prediction: "x" }) + id({ prediction: "x" }));
    appendFileSync(join(logs.dir, "logs/l.jsonl"), id({ id: "v", label: "x" }));
    const prefix = "model_quality_exporter_";
    await eventually(async () => (await metricsOf(daemon)).get(`${prefix}pending_labels{}`) === 1, "the label waits");
    await eventually(async () => (await metricsOf(daemon)).get(`${prefix}pending_predictions{}`) === 1, "it waits");
    const metrics = await metricsOf(daemon);
    const counted = (name: string): number => metrics.get(prefix + name) ?? Number.NaN;
    expect(counted("remembered_ids{}")).toBe(250);
    expect(counted('line_errors_total{reason="missing_field",source="logs/p.jsonl"}')).toBe(1);
    expect(counted('labels_total{result="parked"}')).toBeGreaterThan(0);
    expect(counted('label_delay_seconds_count{model="m"}')).toBeGreaterThan(0);
    expect(counted('label_last_timestamp_seconds{model="m"}')).toBeGreaterThan(Date.now() / 1000 - 600);
    expect(metrics.get('model_quality_last_prediction_timestamp_seconds{model="m"}')).toBeGreaterThan(0);
    await daemon.stop();
    const state = readFileSync(join(logs.dir, "state/store/state.mdb"), "latin1");
    expect(state).toContain("join-ids");
    for (const text of ["id-17", Buffer.from("id-17").toString("hex")]) expect(state).not.toContain(text);
  });

  test("where the config says no longer how ids are joined, they are forgotten, and the log says so", async () => {
    const logs = new TwoLogs();
    logs.write(10);
    let daemon = await logs.start();
    await eventually(async () => (await logs.differs(daemon.url)) === "", "all is counted once");
    await daemon.stop();
    logs.configure({ join: { by: ["model", "id"] } });
    daemon = await logs.start();
    expect(daemon.log).toContain("remembered ids are forgotten: `join.by` has changed");
    await daemon.stop();
    logs.configure({ sources: [{ files: ["logs/both.jsonl"] }], join: undefined });
    daemon = await logs.start();
    expect(daemon.log).toContain("remembered ids are forgotten: the config has no join");
    await daemon.stop();
  });

  test("a prediction is called absent only after the backlog, which may hold its label, is read", async () => {
    const logs = new TwoLogs({ join: { within: "1s", early: "0s", absent: "none" } });
    const ts = new Date(Date.now() - 60_000).toISOString();
    const ids = Array.from({ length: 5000 }, (_id, n) => `id-${n}`);
    const lines = (half: object): string =>
      ids.map((id) => `${JSON.stringify({ model: "m", id, ts, ...half })}\n`).join("");
    writeFileSync(
      join(logs.dir, "logs/p.jsonl"),
      lines({ prediction: "x" }) + lines({ prediction: "x", id: "lonely" }),
    );
    writeFileSync(join(logs.dir, "logs/l.jsonl"), lines({ label: "x" }));
    logs.cells.set("x x", 5000).set("none x", 1);
    const daemon = await logs.start();
    await eventually(async () => (await logs.differs(daemon.url)) === "", "one has no label");
    const metrics = await metricsOf(daemon);
    expect(metrics.get("model_quality_exporter_predictions_absent_total{}")).toBe(1);
    // No line gave that one, so that it is none of any source: neither an outcome of its lines nor a late one.
    expect(bySource(metrics, "outcomes_total")).toBe(5000);
    expect(bySource(metrics, "events_late_total")).toBe(0);
    await daemon.stop();
  });

  test("a prediction that is dropped with its tag is no outcome of its source", async () => {
    const logs = new TwoLogs({ limits: { maxTags: 1 } });
    const ts = new Date().toISOString();
    const half = (model: string, id: string): string => `${JSON.stringify({ model, id, prediction: "x", ts })}\n`;
    writeFileSync(join(logs.dir, "logs/p.jsonl"), half("m", "1") + half("other", "2") + half("another", "3"));
    writeFileSync(join(logs.dir, "logs/l.jsonl"), `${JSON.stringify({ id: "1", label: "x", ts })}\n`);
    const daemon = await logs.start();
    const dropped = async () => (await metricsOf(daemon)).get("model_quality_exporter_tags_dropped_total{}");
    await eventually(async () => (await dropped()) === 2, "two are dropped");
    await eventually(async () => bySource(await metricsOf(daemon), "outcomes_total") === 1, "one is counted");
    await daemon.stop();
  });
});

/** Sum of a counter over sources and whatever other labels it has. */
function bySource(metrics: ReadonlyMap<string, number>, name: string): number {
  return [...metrics].reduce((sum, [series, value]) => {
    return series.startsWith(`model_quality_exporter_${name}{`) ? sum + value : sum;
  }, 0);
}

describe("a join that is killed at the fault point", () => {
  const points: readonly FaultPoint[] = [
    ...joinFaultPoints,
    "counted",
    "moved",
    "taken",
    "written",
    "durable",
    "committed",
  ];
  const verdicts = new Map<FaultPoint, { deaths: number; verdict: string }>();

  /** Runs a daemon that kills itself at the point, and starts it again. */
  const dieAt = async (point: FaultPoint): Promise<{ deaths: number; verdict: string }> => {
    const logs = new TwoLogs();
    logs.write(20);
    let victim = new Victim(logs.dir, `${point}:${["taken", "durable", "committed"].includes(point) ? 3 : 9}`);
    let deaths = 0;
    let verdict = "not begun";
    const end = performance.now() + 60_000;
    for (let round = 0; performance.now() < end && (round < 10 || deaths === 0 || verdict !== ""); round++) {
      if (victim.hasEnded) {
        deaths++;
        victim = new Victim(logs.dir);
      }
      if (round < 10) logs.write(20);
      await sleep(100);
      try {
        verdict = (await victim.listens()) ? await logs.differs(victim.url) : "not listening";
      } catch {
        verdict = "it has just died";
      }
    }
    await victim.kill();
    return { deaths, verdict };
  };

  beforeAll(async () => {
    await Promise.all(points.map(async (point) => verdicts.set(point, await dieAt(point))));
  }, 120_000);

  test.each(points)("%s counts each id once after the restart", (point) => {
    expect(verdicts.get(point)).toEqual({ deaths: 1, verdict: "" });
  });
});
