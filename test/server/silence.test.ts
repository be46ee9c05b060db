import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { Solo } from "../conformance/solo.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";

const root = tempDir();
const running: Solo[] = [];
afterEach(async () => {
  for (const solo of running.splice(0)) await solo.stop("SIGKILL");
});

const fields = { model: "model", version: "version", predicted: "prediction", actual: "label", time: "ts" };
const hour = 3_600_000;
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

/** A daemon of one log, with further keys of its source and config. */
class Subject {
  readonly solo: Solo;

  constructor(config: Record<string, unknown> = {}, source: Record<string, unknown> = {}) {
    this.solo = new Solo(root, ["app.log"], { fields, ...source }, { windows: [{ last: 10 }, "5m"], ...config });
  }

  append(lines: number, more: Record<string, unknown> = {}): this {
    const line = { model: "m", version: "v1", prediction: "a", label: "a", ...more };
    appendFileSync(join(this.solo.dir, "logs", "app.log"), `${JSON.stringify(line)}\n`.repeat(lines));
    return this;
  }

  async start(): Promise<this> {
    await this.solo.start();
    running.push(this.solo);
    return this;
  }

  async restart(): Promise<void> {
    expect(await this.solo.stop()).toBe(0);
    await this.solo.start();
  }

  /** Values of the series whose line matches, by the series. */
  async series(pattern: RegExp): Promise<Record<string, number>> {
    const { body } = await this.solo.daemon.get("/metrics");
    const found = body.split("\n").filter((line) => !line.startsWith("#") && pattern.test(line));
    return Object.fromEntries(
      found.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
    );
  }

  async shows(pattern: RegExp, expected: Record<string, number>): Promise<void> {
    let last: Record<string, number> = {};
    await eventually(
      async () => {
        last = await this.series(pattern);
        return JSON.stringify(last) === JSON.stringify(expected);
      },
      `${String(pattern)} is ${JSON.stringify(expected)}`,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}, but ${JSON.stringify(last)}\n${this.solo.log}`);
    });
  }

  ready(): Promise<void> {
    return this.solo.says("ready: the backlog is read");
  }
}

describe("what a rule takes an increase of", () => {
  test("what a rule takes an increase of stands at 0 from the start, source by source, though there is no file", async () => {
    const subject = await new Subject().start();
    const counters = /^model_quality_exporter_(?:line|outcomes|events|file(?!s\{)).*source=/u;
    const series = await subject.series(counters);
    const reasons = [
      ...["line_too_long", "line_lost", "bad_wrapper", "malformed", "bad_encoding", "missing_field", "wrong_type"],
      ...["bad_time", "value_too_long"],
    ];
    const names = [
      "lines_total{",
      ...reasons.map((reason) => `line_errors_total{,reason="${reason}"`),
      ...["unlabelled", "line", "where", "wrapper"].map((reason) => `lines_skipped_total{,reason="${reason}"`),
      "outcomes_total{",
      "events_unlabelled_total{",
      ...["late", "future"].flatMap((kind) =>
        ["true", "false"].map((backlog) => `events_${kind}_total{,backlog="${backlog}"`),
      ),
      "file_rotations_total{",
      "file_truncations_total{",
      "files_lost_total{",
      ...["ENOENT", "EACCES", "EIO", "EMFILE", "kind", "procfs", "own", "link", "name", "limit"].map(
        (code) => `file_errors_total{,code="${code}"`,
      ),
    ];
    const expected = names.map((name) => [`model_quality_exporter_${name.replace("{", '{source="model"')}}`, 0]);
    expect(series).toEqual(Object.fromEntries(expected));
    expect(await subject.series(/^model_quality_exporter_files\{/u)).toEqual({
      'model_quality_exporter_files{source="model"}': 0,
    });
  });

  test("late and future outcomes of the backlog are counted apart from those that come later", async () => {
    const misplaced = /^model_quality_exporter_events_(?:late|future)_/u;
    const counts = (late: readonly number[], future: readonly number[]): Record<string, number> => ({
      'model_quality_exporter_events_late_total{source="model",backlog="true"}': late[0] ?? 0,
      'model_quality_exporter_events_late_total{source="model",backlog="false"}': late[1] ?? 0,
      'model_quality_exporter_events_future_total{source="model",backlog="true"}': future[0] ?? 0,
      'model_quality_exporter_events_future_total{source="model",backlog="false"}': future[1] ?? 0,
    });
    const subject = new Subject().append(3, { ts: ago(hour) }).append(2, { ts: ago(-hour) });
    await subject.start();
    await subject.ready();
    expect(await subject.series(misplaced)).toEqual(counts([3], [2]));
    subject.append(5, { ts: ago(hour) }).append(4, { ts: ago(-hour) });
    await subject.shows(misplaced, counts([3, 5], [2, 4]));
    await subject.restart();
    await subject.ready();
    subject.append(1, { ts: ago(hour) });
    await subject.shows(/events_late_total.*false/u, {
      'model_quality_exporter_events_late_total{source="model",backlog="false"}': 1,
    });
  });
});

describe("a declared model", () => {
  const samples = /^model_quality_samples\{/u;
  const latest = /^model_quality_last_outcome_timestamp_seconds\{/u;

  test("a declared model stands on the page at 0 samples until its first tag comes, whether it declares classes or not", async () => {
    const subject = await new Subject({ models: { m: {}, n: { classes: ["a", "b"] }, "*": {} } }).start();
    const at0 = (model: string): Record<string, number> => ({
      [`model_quality_samples{model="${model}",window="last_10"}`]: 0,
      [`model_quality_samples{model="${model}",window="5m"}`]: 0,
    });
    expect(await subject.series(samples)).toEqual({ ...at0("m"), ...at0("n") });
    expect(await subject.series(latest)).toEqual({});
    subject.append(2);
    await subject.shows(samples, {
      'model_quality_samples{model="m",version="v1",window="last_10"}': 2,
      'model_quality_samples{model="m",version="v1",window="5m"}': 2,
      ...at0("n"),
    });
  });

  test("a declared model has the time of its last outcome over a restart, and after its tag was forgotten", async () => {
    const models = { m: { silentAfter: "never" }, "*": { silentAfter: "never" } };
    const config = { models, windows: [{ last: 10 }], limits: { tagIdle: "1s" } };
    const subject = new Subject(config)
      .append(1, { ts: "2026-01-01T00:00:01.5Z" })
      .append(1, { ts: "2026-01-01T00:00:00Z" });
    subject.append(1, { model: "other" });
    await subject.start();
    const kept = {
      'model_quality_last_outcome_timestamp_seconds{model="m",version="v1"}': 1_767_225_601.5,
    };
    await subject.shows(/^model_quality_last_outcome.*"m"/u, kept);
    await subject.shows(samples, { 'model_quality_samples{model="m",window="last_10"}': 0 });
    expect(await subject.series(latest)).toEqual(kept);
    expect(subject.solo.log).toMatch(/level=info ts=\S+ tag="m v1" msg="tag removed after limits.tagIdle/u);
    await subject.restart();
    expect(await subject.series(latest)).toEqual(kept);
  });

  test("a declared model keeps its confusion matrix off the page where the config says so, and in the JSON", async () => {
    const subject = new Subject({ exposition: { confusion: "none" } }).append(2);
    await subject.start();
    await subject.shows(/^model_quality_samples\{.*last_10/u, {
      'model_quality_samples{model="m",version="v1",window="last_10"}': 2,
    });
    expect(await subject.series(/confusion/u)).toEqual({});
    const { body } = await subject.solo.daemon.get("/api/v1/models");
    expect(JSON.parse(body)).toMatchObject({ tags: [{ windows: [{ confusion: [[2]] }, {}] }] });
  });
});
