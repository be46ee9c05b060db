import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { createServer, get, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { serve } from "../../src/cli/serve.ts";
import { Daemon, mainPath, run } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { expectFigures, goldenFigures, goldenNames, goldenPath } from "../support/golden.ts";
import { parseOpenMetrics } from "../support/openmetrics.ts";
import { Program } from "../support/program.ts";
import { tempDir } from "../support/temp.ts";

const openmetrics = { accept: "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1" };
const fields = { model: "model", version: "version", predicted: "prediction", actual: "label", time: "ts" };
const outcome = (more: Record<string, unknown> = {}): string =>
  `${JSON.stringify({ model: "m", version: "v1", prediction: "a", label: "a", ...more })}\n`;

const root = tempDir();
const running: Daemon[] = [];
afterEach(async () => {
  for (const daemon of running.splice(0)) await daemon.stop("SIGKILL");
});

/** A folder with a config, a log and a place for state; and the daemon that runs on them. */
class Place {
  readonly dir = mkdtempSync(join(root, "place-"));
  readonly log = join(this.dir, "model.log");

  config(rest: Record<string, unknown> = {}, source: Record<string, unknown> = {}): this {
    const config = {
      sources: [{ name: "logs", files: ["*.log"], fields, ...source }],
      windows: [{ last: 100 }, { last: 10_000 }, "1h"],
      ...rest,
    };
    this.write(JSON.stringify(config));
    return this;
  }

  write(config: string): void {
    // As editors and ConfigMaps do it: never half a file.
    writeFileSync(join(this.dir, "next"), config);
    renameSync(join(this.dir, "next"), join(this.dir, "config.json"));
  }

  append(...lines: string[]): this {
    appendFileSync(this.log, lines.join(""));
    return this;
  }

  /** Starts a daemon that is ended after the test. */
  async start(...args: string[]): Promise<Daemon> {
    const daemon = await this.startForAll(...args);
    running.push(daemon);
    return daemon;
  }

  /** Starts a daemon that lives until the file's tests are over: for rows that only ask it. */
  async startForAll(...args: string[]): Promise<Daemon> {
    const files = ["--config", join(this.dir, "config.json"), "--state", join(this.dir, "state")];
    return Daemon.start([...files, ...args]);
  }
}

async function metric(daemon: Daemon, series: string): Promise<number | undefined> {
  const line = (await daemon.get("/metrics")).body.split("\n").find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

async function until(daemon: Daemon, series: string, value: number): Promise<void> {
  let last: number | undefined;
  await eventually(async () => (last = await metric(daemon, series)) === value, `${series} is ${value}`).catch(
    (error: unknown) => {
      throw new Error(`${String(error)}, but ${String(last)}\n${daemon.log}`);
    },
  );
}

const outcomes = 'model_quality_outcomes_total{model="m",version="v1"}';

describe("/metrics", () => {
  test.each(goldenNames)("/metrics shows scikit-learn's figures of the %s log", async (name) => {
    const place = new Place().config().append(readFileSync(goldenPath(name), "utf8"));
    const daemon = await place.start();
    const { all, lastRows } = goldenFigures(name);
    await until(daemon, `model_quality_outcomes_total{model="${name}",version="v1"}`, all.samples);
    for (const [window, figures] of [
      ["last_10000", all],
      ["last_100", lastRows],
    ] as const) {
      const at = `{model="${name}",version="v1",window="${window}"`;
      expectFigures(await metric(daemon, `model_quality_accuracy_ratio${at}}`), figures["accuracy"]);
      expectFigures(await metric(daemon, `model_quality_balanced_accuracy_ratio${at}}`), figures["balancedAccuracy"]);
      expectFigures(await metric(daemon, `model_quality_matthews_correlation${at}}`), figures["matthewsCorrelation"]);
      expectFigures(await metric(daemon, `model_quality_cohen_kappa${at}}`), figures["cohenKappa"]);
    }
    const { body } = await daemon.get("/api/v1/models");
    const report = JSON.parse(body) as { tags: { windows: unknown[] }[] };
    expectFigures(report.tags[0]?.windows[0], lastRows);
    expectFigures(report.tags[0]?.windows[1], all);
  });

  describe("in the format that is asked for", () => {
    let daemon: Daemon;
    beforeAll(async () => {
      const odd = outcome({ model: 'odd "\\\n{}', prediction: "模型" });
      daemon = await new Place().config().append(outcome(), odd, "broken\n").startForAll();
      await until(daemon, 'model_quality_exporter_lines_total{source="logs"}', 3);
    });

    test("/metrics passes promtool and a strict OpenMetrics parser", async () => {
      const text = await daemon.get("/metrics");
      expect(text.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
      const promtool = spawnSync("promtool", ["check", "metrics"], { input: text.body, encoding: "utf8" });
      expect({ status: promtool.status, says: promtool.stdout + promtool.stderr }).toEqual({ status: 0, says: "" });

      const open = await daemon.get("/metrics", openmetrics);
      expect(open.headers.get("content-type")).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
      const families = parseOpenMetrics(open.body);
      expect(families.get("model_quality_outcomes")?.type).toBe("counter");
    });

    test("/metrics answers each format alike, whatever was requested before", async () => {
      const names = async (headers: Record<string, string>): Promise<string[]> =>
        (await daemon.get("/metrics", headers)).body.split("\n").filter((line) => line.startsWith("# TYPE"));
      const text = await names({});
      const open = await names(openmetrics);
      expect(text).toContain("# TYPE model_quality_exporter_lines_total counter");
      expect(open).toContain("# TYPE model_quality_exporter_lines counter");
      for (let again = 0; again < 3; again++) {
        expect(await names({})).toEqual(text);
        expect(await names(openmetrics)).toEqual(open);
      }
    });

    test.each([
      { accept: "", type: "text/plain; version=0.0.4" },
      { accept: "*/*", type: "text/plain; version=0.0.4" },
      { accept: "text/plain;version=0.0.4", type: "text/plain; version=0.0.4" },
      { accept: "text/html", type: "text/plain; version=0.0.4" },
      { accept: "application/openmetrics-text", type: "application/openmetrics-text; version=1.0.0" },
      {
        accept: "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;q=0.7",
        type: "text/plain; version=0.0.4",
      },
      {
        accept:
          "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;escaping=allow-utf-8;q=0.3,*/*;q=0.2",
        type: "application/openmetrics-text; version=1.0.0",
      },
    ])("gives $type for Accept: $accept", async ({ accept, type }) => {
      const { headers, status } = await daemon.get("/metrics", accept === "" ? {} : { accept });
      expect([status, headers.get("content-type")]).toEqual([200, `${type}; charset=utf-8`]);
    });
  });

  describe("as scrapers ask for it", () => {
    let daemon: Daemon;
    beforeAll(async () => {
      const classes = Array.from({ length: 40 }, (_class, at) => `class ${at}`);
      daemon = await new Place().config({ models: { m: { classes } } }).startForAll();
    });

    // What they send, word for word.
    test.each([
      { scraper: "nobody in particular", accept: "*/*", type: "text/plain; version=0.0.4" },
      {
        scraper: "Prometheus 2",
        accept:
          "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        type: "application/openmetrics-text; version=1.0.0",
      },
      {
        scraper: "Prometheus 3",
        accept:
          "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        type: "application/openmetrics-text; version=1.0.0",
      },
      {
        scraper: "Prometheus with native histograms",
        accept:
          "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        type: "application/openmetrics-text; version=1.0.0",
      },
    ])("is compressed to a tenth when $scraper asks for it, and not when not", async ({ accept, type }) => {
      const scrape = async (encoding: string): Promise<{ headers: IncomingHttpHeaders; body: Buffer }> => {
        const asked = get(`${daemon.url}/metrics`, { headers: { accept, "accept-encoding": encoding } });
        const [response] = (await once(asked, "response")) as [IncomingMessage];
        return { headers: response.headers, body: Buffer.concat(await response.toArray()) };
      };
      const plain = await scrape("identity");
      expect(plain.headers).toMatchObject({
        "content-type": `${type}; charset=utf-8`,
        vary: "Accept, Accept-Encoding",
      });
      expect(plain.headers["content-encoding"]).toBeUndefined();
      const packed = await scrape("gzip");
      expect(packed.headers).toMatchObject({ "content-type": `${type}; charset=utf-8`, "content-encoding": "gzip" });
      expect(packed.headers["vary"]).toBe("Accept, Accept-Encoding");
      expect(packed.body.length).toBeLessThan(plain.body.length / 10);
      const quality = (page: Buffer): string[] =>
        page
          .toString()
          .split("\n")
          .filter((line) => line.includes("model_quality_samples"));
      expect(quality(gunzipSync(packed.body))).toEqual(quality(plain.body));
    });
  });

  test("/metrics loses what has left the windows, and keeps a declared model at 0 samples from the start", async () => {
    const place = new Place().config({
      windows: ["1s"],
      models: { m: { classes: ["a", "b"] }, fraud: { classes: ["legit", "fraud"] } },
    });
    const daemon = await place.start();
    expect(await metric(daemon, 'model_quality_samples{model="fraud",window="1s"}')).toBe(0);
    expect(await metric(daemon, 'model_quality_actual_samples{model="fraud",window="1s",class="legit"}')).toBe(0);
    await eventually(async () => {
      place.append(outcome());
      return metric(daemon, 'model_quality_accuracy_ratio{model="m",version="v1",window="1s"}');
    }, "an outcome is in the window");
    await until(daemon, 'model_quality_samples{model="m",version="v1",window="1s"}', 0);
    expect(await metric(daemon, 'model_quality_accuracy_ratio{model="m",version="v1",window="1s"}')).toBeUndefined();
    expect(
      await metric(daemon, 'model_quality_recall_ratio{model="m",version="v1",window="1s",class="a"}'),
    ).toBeUndefined();
  });

  test("/metrics holds 10,000 model names to the limit, and counts the rest", async () => {
    const names = Array.from({ length: 10_000 }, (_name, at) => outcome({ model: `m${at}` }));
    const daemon = await new Place()
      .config({ limits: { maxTags: 100 } })
      .append(...names)
      .start();
    await until(daemon, 'model_quality_exporter_lines_total{source="logs"}', 10_000);
    expect(await metric(daemon, "model_quality_exporter_tags")).toBe(100);
    expect(await metric(daemon, "model_quality_exporter_tags_dropped_total")).toBe(9900);
  });
});

describe("a log", () => {
  test("a log is followed: a line that grows, a file that appears, a rotation, a truncation", async () => {
    const place = new Place().config().append(outcome());
    const daemon = await place.start();
    await until(daemon, outcomes, 1);
    place.append(outcome().slice(0, 20));
    place.append(outcome().slice(20), outcome());
    await until(daemon, outcomes, 3);
    writeFileSync(join(place.dir, "later.log"), outcome());
    await until(daemon, outcomes, 4);
    renameSync(place.log, join(place.dir, "model.log.1"));
    place.append(outcome(), outcome());
    await until(daemon, outcomes, 6);
    writeFileSync(place.log, outcome());
    await until(daemon, outcomes, 7);
  });

  test("a log that is not there is named once, each path and glob by itself", async () => {
    const files = ["*.log", "other-name.log", "*.jsonl", "gone/model.log", "ex*.txt", "fo[lder"];
    const place = new Place().config({}, { files, exclude: ["excluded.txt"] }).append(outcome());
    writeFileSync(join(place.dir, "excluded.txt"), outcome());
    // One file with two names is there under both.
    linkSync(place.log, join(place.dir, "other-name.log"));
    const daemon = await place.start();
    await eventually(() => daemon.log.includes("ready"), "ready");
    place.config({ windows: ["5m"] }, { files: [...files, "late.log"], exclude: ["excluded.txt"] });
    await eventually(() => daemon.log.includes("late.log"), "the glob of the new config is named");
    const named = [...daemon.log.matchAll(/level=warn .*glob=(\S+) .*no file matches/gu)].map(([, glob]) => glob);
    expect(named).toEqual(
      ["*.jsonl", "gone/model.log", "ex*.txt", "fo[lder", "late.log"].map((glob) => join(place.dir, glob)),
    );
    writeFileSync(join(place.dir, "late.log"), outcome());
    await until(daemon, outcomes, 2);
  });

  test("a log is said to be read with how many files and lines that were", async () => {
    const place = new Place().config().append(outcome(), "broken\n", outcome());
    writeFileSync(join(place.dir, "other.log"), outcome());
    const daemon = await place.start();
    await eventually(() => daemon.log.includes("ready"), "ready");
    expect(daemon.log).toMatch(/ files=2 lines=4 accepted=3 msg="ready: the backlog is read"/u);
  });

  test("a log is read from its end where the config says so", async () => {
    const place = new Place().config({}, { startAt: "end" }).append(outcome(), outcome());
    const daemon = await place.start();
    await eventually(async () => (await daemon.get("/-/ready")).status === 200, "ready");
    place.append(outcome());
    await until(daemon, outcomes, 1);
    writeFileSync(join(place.dir, "new.log"), outcome());
    await until(daemon, outcomes, 2);
  });

  test("a log of CSV that is read from its end is known by the header it began with", async () => {
    const place = new Place().config({}, { startAt: "end", format: "csv", fields: { ...fields, time: undefined } });
    place.append("model,version,prediction,label\n", "m,v1,a,b\n");
    const daemon = await place.start();
    await eventually(async () => (await daemon.get("/-/ready")).status === 200, "ready");
    place.append("m,v1,a,a\n");
    await until(daemon, outcomes, 1);
    expect(await metric(daemon, 'model_quality_accuracy_ratio{model="m",version="v1",window="last_100"}')).toBe(1);
    expect((await daemon.get("/metrics")).body).not.toMatch(/line_errors_total\{.*\} [^0]/u);
  });

  test("a log with bad lines loses nothing else; each is counted by reason and can be looked at", async () => {
    const bad = ["{broken\n", outcome({ prediction: undefined }), outcome({ ts: "soon" }), "\r\n"];
    const place = new Place().config().append(outcome(), ...bad, outcome());
    const daemon = await place.start();
    await until(daemon, outcomes, 2);
    for (const reason of ["malformed", "missing_field", "bad_time"]) {
      await until(daemon, `model_quality_exporter_line_errors_total{source="logs",reason="${reason}"}`, 1);
    }
    const { body } = await daemon.get("/api/v1/rejected");
    expect((JSON.parse(body) as { lines: unknown[] }).lines).toMatchObject([
      { source: "logs", file: place.log, reason: "malformed", line: "{broken" },
      { reason: "missing_field", detail: expect.stringContaining("prediction") },
      { reason: "bad_time", detail: expect.stringContaining('"ts"') },
    ]);
  });

  test("a log with predictions whose label is not known skips these, and none of them is an error", async () => {
    const skipped = 'model_quality_exporter_lines_skipped_total{source="logs",reason="unlabelled"}';
    const place = new Place().config();
    const daemon = await place.start();
    await until(daemon, skipped, 0);
    place.append(outcome(), outcome({ label: undefined }), outcome({ label: null }), outcome());
    await until(daemon, skipped, 2);
    await until(daemon, outcomes, 2);
    expect((await daemon.get("/metrics")).body).not.toMatch(/line_errors_total\{.*\} [^0]/u);
    expect(JSON.parse((await daemon.get("/api/v1/models")).body)).toMatchObject({
      lines: { read: 4, accepted: 2, rejected: {}, skipped: { unlabelled: 2 } },
    });
  });

  test("a log names a source of which no line counts, with the reason and without the lines", async () => {
    const place = new Place()
      .config()
      .append(...Array<string>(100).fill(outcome({ model: undefined, note: "secret" })));
    const daemon = await place.start();
    const warning = 'source=logs lines=100 reason=missing_field msg="no line of this source has counted so far';
    await eventually(() => daemon.log.includes(warning), "a warning");
    expect(daemon.log).not.toContain("secret");
  });

  describe("shows of a line that it cannot count", () => {
    const samples: readonly { what: string; line: string | Buffer; shown: string }[] = [
      { what: "a control that steers a terminal", line: "{\u001b[2J\u007f", shown: "{\\u{1b}[2J\\u{7f}" },
      { what: "a control of ISO 6429 in one letter", line: "{\u009b2J", shown: "{\\u{9b}2J" },
      { what: "what turns the direction round", line: "{\u202egol", shown: "{\\u{202e}gol" },
      { what: "letters of no width", line: "{a\u200b\ufeffb\u3164", shown: "{a\\u{200b}\\u{feff}b\\u{3164}" },
      { what: "a separator of lines", line: "{\u2028", shown: "{\\u{2028}" },
      { what: "a byte that is no UTF-8", line: Buffer.from("{caf\xe9 \xff", "latin1"), shown: "{caf\\xe9 \\xff" },
      {
        what: "half a letter and a whole one",
        line: Buffer.from("{\xe6\xa8é\xe6", "latin1"),
        shown: "{\\xe6\\xa8\\xe9\\xe6",
      },
      { what: "letters of many bytes as they are", line: "{模型 😀 é", shown: "{模型 😀 é" },
      { what: "the beginning, cut between letters", line: `{${"x".repeat(497)}😀😀`, shown: `{${"x".repeat(497)}` },
      {
        what: "the beginning of one that is too long, cut between letters",
        line: `{${"模".repeat(400_000)}`,
        shown: `{${"模".repeat(166)}`,
      },
    ];
    const shown = new Map<string, string>();
    let pages = "";
    let last: readonly string[] = [];

    beforeAll(async () => {
      const place = new Place().config();
      writeFileSync(place.log, Buffer.concat(samples.flatMap(({ line }) => [Buffer.from(line), Buffer.from("\n")])));
      const daemon = await place.startForAll();
      const rejected = async (lines: number): Promise<string[]> => {
        await until(daemon, 'model_quality_exporter_lines_total{source="logs"}', lines);
        const { body } = await daemon.get("/api/v1/rejected");
        pages += body;
        return (JSON.parse(body) as { lines: { line: string }[] }).lines.map(({ line }) => line);
      };
      const before = await rejected(samples.length);
      samples.forEach(({ what }, index) => shown.set(what, before[index] ?? ""));
      place.append(...Array.from({ length: 25 }, (_, index) => `{${index}\n`));
      last = await rejected(samples.length + 25);
      await daemon.stop();
    });

    test.each(samples)("$what", ({ what, shown: expected }) => {
      expect(shown.get(what)).toBe(expected);
    });

    test("a rejected line is shown without invisible characters, in every message about it", () => {
      expect(pages).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\u3164]/u);
    });

    test("only the last ten rejected lines are kept", () => {
      expect(last).toEqual(Array.from({ length: 10 }, (_, index) => `{${index + 15}`));
    });
  });

  test("a log that is a folder or cannot be read harms no other, and is read once it can be", async () => {
    const place = new Place().config().append(outcome());
    mkdirSync(join(place.dir, "folder.log"));
    const shut = join(place.dir, "shut.log");
    writeFileSync(shut, outcome());
    chmodSync(shut, 0o000);
    const daemon = await place.start();
    await until(daemon, outcomes, process.getuid?.() === 0 ? 2 : 1);
    chmodSync(shut, 0o644);
    await until(daemon, outcomes, 2);
  });
});

describe("a restart", () => {
  test("a restart keeps windows and offsets: every line counts once", async () => {
    const place = new Place().config().append(...Array.from({ length: 30 }, () => outcome()));
    const first = await place.start();
    await until(first, outcomes, 30);
    expect(await first.stop()).toBe(0);
    place.append(outcome({ prediction: "b" }));
    const second = await place.start();
    await until(second, outcomes, 31);
    expect(await metric(second, 'model_quality_samples{model="m",version="v1",window="1h"}')).toBe(31);
    expect(
      await metric(
        second,
        'model_quality_confusion_samples{model="m",version="v1",window="last_100",actual="a",predicted="b"}',
      ),
    ).toBe(1);
  });

  test("a restart comes soon after SIGTERM, with all that was read so far counted, even with a request open", async () => {
    const place = new Place().config().append(outcome());
    const daemon = await place.start();
    await until(daemon, outcomes, 1);
    const open = connect(Number(new URL(daemon.url).port), "127.0.0.1");
    open.on("error", () => undefined).write("GET /metrics HTTP/1.1\r\nHost: x\r\n");
    await once(open, "connect");
    // What waited for the request, or for the config, would be killed in the end.
    expect(await daemon.stop("SIGTERM")).toBe(0);
    const again = await place.start();
    expect(await metric(again, outcomes)).toBe(1);
  });

  test("a restart comes soon after SIGTERM even while a config is read that never comes to its end", async () => {
    const place = new Place().config().append(outcome());
    const imported = join(place.dir, "switch.mjs");
    writeFileSync(imported, "export default undefined;");
    const config = join(place.dir, "slow.config.mjs");
    writeFileSync(
      config,
      'import wait from "./switch.mjs";\nawait wait;\nexport default { sources: [{ files: ["*.log"] }] };',
    );
    const start = (): Promise<Daemon> => place.start("--config", config, "--web.enable-lifecycle");
    const daemon = await start();
    await until(daemon, outcomes, 1);
    writeFileSync(
      imported,
      'console.error("waiting");\nsetInterval(() => undefined, 1000);\nexport default new Promise(() => undefined);',
    );
    daemon.kill("SIGHUP");
    await eventually(() => daemon.log.includes("waiting"), "the config is read");
    // What waited for the request, or for the config, would be killed in the end.
    expect(await daemon.stop("SIGTERM")).toBe(0);

    const early = Program.start(process.execPath, [
      mainPath,
      "serve",
      "--config",
      config,
      "--web.listen-address",
      "127.0.0.1:0",
    ]);
    await early.until(() => early.output.includes("waiting"), "the config is read");
    expect(await early.stop("SIGTERM")).toBe(0);
  });
});

describe("a reload", () => {
  const ways: readonly { way: string; trigger: (daemon: Daemon) => Promise<unknown> }[] = [
    { way: "a change of the file", trigger: () => Promise.resolve() },
    {
      way: "SIGHUP",
      trigger: (daemon) => {
        daemon.kill("SIGHUP");
        return Promise.resolve();
      },
    },
    { way: "POST /-/reload", trigger: (daemon) => fetch(`${daemon.url}/-/reload`, { method: "POST" }) },
  ];

  test.each(ways)(
    "a reload by $way takes the new config and keeps the windows of what is unchanged",
    async ({ trigger }) => {
      const place = new Place().config().append(outcome(), "broken\n");
      const daemon = await place.start("--web.enable-lifecycle");
      await until(daemon, outcomes, 1);
      const before = await metric(daemon, "model_quality_exporter_config_last_reload_success_timestamp_seconds");
      place.config({ windows: [{ last: 7 }, "1h"] });
      await trigger(daemon);
      await until(daemon, 'model_quality_samples{model="m",version="v1",window="last_7"}', 0);
      place.append(outcome());
      await until(daemon, outcomes, 2);
      expect(await metric(daemon, 'model_quality_samples{model="m",version="v1",window="1h"}')).toBe(2);
      expect(await metric(daemon, 'model_quality_samples{model="m",version="v1",window="last_7"}')).toBe(1);
      expect(await metric(daemon, 'model_quality_samples{model="m",version="v1",window="last_100"}')).toBeUndefined();
      expect(await metric(daemon, 'model_quality_exporter_line_errors_total{source="logs",reason="malformed"}')).toBe(
        1,
      );
      expect(
        await metric(daemon, "model_quality_exporter_config_last_reload_success_timestamp_seconds"),
      ).toBeGreaterThan(before ?? 0);
    },
  );

  test.each(ways)("a reload by $way of a bad config keeps the old one and says so", async ({ trigger }) => {
    const place = new Place().config().append(outcome());
    const daemon = await place.start("--web.enable-lifecycle");
    await until(daemon, outcomes, 1);
    place.config({ windows: ["5 minutes"] });
    await trigger(daemon);
    await until(daemon, "model_quality_exporter_config_last_reload_successful", 0);
    expect(daemon.log).toContain("windows[0]");
    place.append(outcome());
    await until(daemon, outcomes, 2);
    place.config();
    await trigger(daemon);
    await until(daemon, "model_quality_exporter_config_last_reload_successful", 1);
    await until(daemon, outcomes, 2);
  });

  const logged = (daemon: Daemon, message: string): string[] =>
    daemon.log.split("\n").flatMap((line) => (line.includes(message) ? [line.replace(/ ts=\S+/u, "")] : []));

  test.each([
    { what: "a reload", again: async (daemon: Daemon) => (daemon.kill("SIGHUP"), Promise.resolve(daemon)) },
    {
      what: "a restart",
      again: async (daemon: Daemon, place: Place) => (await daemon.stop(), place.start()),
    },
  ])("a reload names the windows that lose what they held, and why, as $what does", async ({ again }) => {
    const place = new Place()
      .config({ windows: ["1h", "2h", { last: 5 }, { last: 6 }] })
      .append(outcome(), outcome({ model: "n" }));
    const first = await place.start();
    await until(first, outcomes, 1);
    // The one is cut anew, the other is not: its panes have the length that they had.
    place.config({ windows: ["1h", { last: 5 }], limits: { panes: 30 } });
    const second = await again(first, place);
    await until(second, 'model_quality_samples{model="m",version="v1",window="1h"}', 0);
    expect(await metric(second, 'model_quality_samples{model="m",version="v1",window="last_5"}')).toBe(1);
    expect(logged(second, "window starts empty")).toEqual([
      'level=warn window=1h tags=2 tag="m v1, ..." msg="window starts empty: the length of its panes has changed (limits.panes)"',
    ]);
    expect(logged(second, "window removed from the config").sort()).toEqual(
      ["2h", "last_6"].map(
        (window) =>
          `level=info window=${window} tags=2 tag="m v1, ..." msg="window removed from the config; its outcomes are discarded"`,
      ),
    );
  });

  test("a reload that changes no window says nothing of any", async () => {
    const place = new Place().config().append(outcome());
    const daemon = await place.start();
    await until(daemon, outcomes, 1);
    place.config({ limits: { tagIdle: "48h" } });
    await eventually(() => daemon.log.includes("config reloaded"), "the config is reloaded");
    expect(logged(daemon, "window")).toEqual([]);
  });

  test("a reload that is requested during the start happens afterwards", async () => {
    const place = new Place().append(outcome());
    const config = (last: number): string =>
      `export default { sources: [{ files: ["*.log"] }], windows: [{ last: ${last} }] };\n`;
    const file = join(place.dir, "edited.config.mjs");
    const edited = join(place.dir, "edited");
    writeFileSync(edited, config(7));
    writeFileSync(
      file,
      [
        'import { existsSync, renameSync } from "node:fs";',
        `if (existsSync(${JSON.stringify(edited)})) renameSync(${JSON.stringify(edited)}, ${JSON.stringify(file)});`,
        'process.kill(process.pid, "SIGHUP");',
        config(100),
      ].join("\n"),
    );
    const daemon = await place.start("--config", file);
    await until(daemon, 'model_quality_samples{model="m",version="v1",window="last_7"}', 0);
  });

  test("a reload that fails when the old config is left already ends the daemon with 1, and a restart counts on", async () => {
    const place = new Place().config().append(outcome());
    const daemon = await place.start("--web.enable-lifecycle");
    await until(daemon, outcomes, 1);
    // The memory for the longest line is not to be had.
    const [, usedKb] = /^VmSize:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${daemon.pid}/status`, "utf8")) ?? [];
    spawnSync("prlimit", ["--pid", String(daemon.pid), `--as=${(Number(usedKb) + 192 * 1024) * 1024}`]);
    place.config({ limits: { maxLineBytes: 256 * 1024 * 1024 } });
    const response = await fetch(`${daemon.url}/-/reload`, { method: "POST" });
    expect(response.status).toBe(500);
    await eventually(() => daemon.ended, "it ends");
    expect(await daemon.stop()).toBe(1);
    expect(daemon.log).toMatch(
      /level=error ts=\S+ file=\S+config\.json error="Array buffer.*" msg="config not applied/u,
    );
    place.config().append(outcome());
    await until(await place.start(), outcomes, 2);
  });

  test("a reload by HTTP is off unless allowed, and answers with the faults of a bad config", async () => {
    const place = new Place().config();
    const shut = await place.start();
    expect((await fetch(`${shut.url}/-/reload`, { method: "POST" })).status).toBe(403);
    await shut.stop();
    const open = await place.start("--web.enable-lifecycle");
    expect((await fetch(`${open.url}/-/reload`)).status).toBe(405);
    expect((await fetch(`${open.url}/-/reload`, { method: "PUT" })).status).toBe(200);
    place.write('{"sources": [], "windws": []}');
    const refused = await fetch(`${open.url}/-/reload`, { method: "POST" });
    expect(refused.status).toBe(500);
    expect(await refused.text()).toContain('did you mean "windows"?');
  });
});

describe("the other pages", () => {
  test("the other pages tell health, readiness, and where to look", async () => {
    const daemon = await new Place().config().append(outcome()).start("--web.telemetry-path", "/m");
    expect((await daemon.get("/-/healthy")).status).toBe(200);
    await eventually(async () => (await daemon.get("/-/ready")).status === 200, "ready");
    const landing = await daemon.get("/");
    expect(landing.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(landing.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect((await daemon.get("/m")).status).toBe(200);
    expect((await daemon.get("/metrics")).status).toBe(404);
  });

  describe("answer a method that a path does not have with 405 and those that it has:", () => {
    const all = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];
    const read = ["GET", "HEAD"];
    let daemon: Daemon;
    beforeAll(async () => {
      daemon = await new Place().config().startForAll("--web.enable-lifecycle");
      await eventually(async () => (await daemon.get("/-/ready")).status === 200, "ready");
    });
    afterAll(async () => {
      await daemon.stop("SIGKILL");
    });

    test.each([
      { path: "/", methods: read },
      { path: "/metrics", methods: read },
      { path: "/-/healthy", methods: read },
      { path: "/-/ready", methods: read },
      { path: "/-/reload", methods: ["POST", "PUT"] },
      { path: "/api/v1/models", methods: read },
      { path: "/api/v1/rejected", methods: read },
      { path: "/api/v1/status", methods: read },
    ])("$path has $methods", async ({ path, methods }) => {
      for (const method of all) {
        const response = await fetch(daemon.url + path, { method });
        const body = await response.text();
        const allow = response.headers.get("allow");
        const isRight = methods.includes(method);
        expect({ method, status: response.status, allow }).toEqual({
          method,
          status: isRight ? 200 : 405,
          allow: isRight ? null : methods.join(", "),
        });
        if (method === "HEAD") expect(body).toBe("");
        else expect(body).not.toBe("");
      }
    });

    test("other paths answer 404, whatever the method", async () => {
      for (const method of all) expect((await fetch(`${daemon.url}/nothing`, { method })).status).toBe(404);
    });
  });

  test.each([
    { prefix: "/", telemetry: "/metrics", flag: "--web.status-page=true" },
    { prefix: "/mq/", telemetry: "/metrics", flag: "--web.status-page=false" },
    { prefix: "/team/a/mq/", telemetry: "/deep/er/metrics", flag: "--web.status-page=true" },
  ])(
    "the other pages link to one another behind a proxy that shows them under $prefix, with $flag",
    async ({ prefix, telemetry, flag }) => {
      const daemon = await new Place().config().append(outcome()).start("--web.telemetry-path", telemetry, flag);
      await eventually(async () => (await daemon.get("/-/ready")).status === 200, "ready");
      const proxy = createServer((request, response) => {
        const url = request.url ?? "";
        if (!url.startsWith(prefix)) {
          response.writeHead(404).end();
          return;
        }
        get(daemon.url + url.slice(prefix.length - 1), { headers: request.headers }, (answer) => {
          answer.pipe(response.writeHead(answer.statusCode ?? 0, answer.headers));
        });
      });
      try {
        await once(proxy.listen(0, "127.0.0.1"), "listening");
        const address = proxy.address();
        const page = `http://127.0.0.1:${typeof address === "object" ? String(address?.port) : ""}${prefix}`;
        const html = await (await fetch(page)).text();
        const links = [...html.matchAll(/(?:href|src)="([^"#][^"]*)"/gu)].map(
          ([, link = ""]) => new URL(link.replaceAll("&#38;", "&"), page),
        );
        const assets = ["status.css", "status.js", "icon.svg"].map((name) => `/static/HASH/${name}`);
        const others = flag.endsWith("true") ? ["/", "/api/v1/status", ...assets] : ["/-/healthy", "/-/ready"];
        const paths = links.map(({ pathname }) => pathname.replace(/static\/[0-9a-f]{16}/u, "static/HASH"));
        expect([...new Set(paths)].sort()).toEqual(
          [telemetry, "/api/v1/models", "/api/v1/rejected", ...others].map((path) => prefix + path.slice(1)).sort(),
        );
        for (const link of links) expect([link.pathname, (await fetch(link)).status]).toEqual([link.pathname, 200]);
      } finally {
        proxy.closeAllConnections();
        proxy.close();
      }
    },
  );
});

describe("a start that cannot be", () => {
  const place = new Place().config();
  const config = join(place.dir, "config.json");
  const file = join(place.dir, "file");
  writeFileSync(file, "");
  const throwing = join(place.dir, "throws.config.mjs");
  writeFileSync(throwing, 'throw new Error("throws.config.mjs:1: the config failed: Error");');

  test.each([
    { why: "no config", args: ["--config", join(place.dir, "gone.ts")], code: 2, says: "gone.ts" },
    {
      why: "a config that throws",
      args: ["--config", throwing],
      code: 2,
      says: "throws.config.mjs:1: the config failed: Error",
    },
    {
      why: "a state folder that cannot be made",
      args: ["--config", config, "--state", join(file, "state")],
      code: 1,
      says: "--state",
    },
    {
      why: "a state folder that is a file",
      args: ["--config", config, "--state", file],
      code: 1,
      says: "is a file, not a directory",
    },
    {
      why: "a state folder that the system has no room for",
      args: ["--config", config, "--state", "/proc/none"],
      code: 1,
      says: "cannot make the state directory",
    },
    { why: "an address", args: ["--config", config, "--web.listen-address", "9902"], code: 2, says: ":9902" },
    { why: "a flag", args: ["--config", config, "--log.level", "loud"], code: 2, says: "debug, info, warn, error" },
  ])("a start that fails because of $why ends with one clear message", async ({ args, code, says }) => {
    const ended = await run(["serve", "--web.listen-address", "127.0.0.1:0", ...args]);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(says);
    expect(ended.stderr).not.toMatch(/^\s+at /mu);
  });

  const forms = "--web.listen-address: expected HOST:PORT or :PORT, an IPv6 address in brackets, got";
  test.each([
    { flag: "web.listenAddress", value: "nowhere", says: `${forms} "nowhere"; did you mean "nowhere:9877"?` },
    { flag: "web.listenAddress", value: "9902", says: `${forms} "9902"; did you mean ":9902"?` },
    { flag: "web.listenAddress", value: "::1:9902", says: `${forms} "::1:9902"; did you mean "[::1]:9902"?` },
    {
      flag: "web.listenAddress",
      value: "2001:db8::1:80",
      says: `${forms} "2001:db8::1:80"; did you mean "[2001:db8::1]:80"?`,
    },
    { flag: "web.listenAddress", value: "::1", says: `${forms} "::1"; did you mean "[::1]:9877"?` },
    { flag: "web.listenAddress", value: "[::1]", says: `${forms} "[::1]"; did you mean "[::1]:9877"?` },
    {
      flag: "web.listenAddress",
      value: "http://127.0.0.1:9902/metrics",
      says: `${forms} "http://127.0.0.1:9902/metrics"; did you mean "127.0.0.1:9902"?`,
    },
    { flag: "web.listenAddress", value: ":65536", says: `${forms} ":65536"` },
    { flag: "state", value: "", says: "--state: expected a directory, got nothing" },
    {
      flag: "web.telemetryPath",
      value: "/-/healthy",
      says: "--web.telemetry-path: /-/, /api/ and /static/ are reserved",
    },
    {
      flag: "web.telemetryPath",
      value: "/api/v1/models",
      says: "--web.telemetry-path: /-/, /api/ and /static/ are reserved",
    },
    { flag: "web.telemetryPath", value: "/m*", says: "--web.telemetry-path: expected a path like /metrics" },
    { flag: "web.telemetryPath", value: "m", says: "--web.telemetry-path: expected a path like /metrics" },
    { flag: "web.maxRequests", value: "many", says: "--web.max-requests: expected a number of requests" },
    { flag: "web.telemetryPath", value: "", says: "--web.telemetry-path: expected a path like /metrics" },
  ])('because of "$value" for $flag says what is expected', async ({ flag, value, says }) => {
    const good = {
      config,
      state: join(place.dir, "state"),
      "web.listenAddress": "127.0.0.1:0",
      "web.telemetryPath": "/metrics",
      "web.enableLifecycle": false,
      "web.maxRequests": "40",
      "web.showLines": false,
      "web.statusPage": "true",
      "log.level": "info",
      "log.format": "logfmt",
    };
    const problem = await serve({ ...good, [flag]: value }).catch((error: unknown) => error);
    expect(problem).toMatchObject({ exitCode: 2, text: expect.stringContaining(says) });
  });

  test("a start that fails because the port is taken names it, and leaves the state alone", async () => {
    const first = await place.start();
    const ended = await run([
      "serve",
      "--config",
      config,
      "--state",
      join(place.dir, "other"),
      "--web.listen-address",
      new URL(first.url).host,
    ]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("another process uses the port");
    expect(existsSync(join(place.dir, "other"))).toBe(false);
  });

  test("a start that fails because of a bad config says so though the port is taken as well", async () => {
    const first = await place.start();
    const listen = ["--web.listen-address", new URL(first.url).host];
    const ended = await run(["serve", "--config", throwing, "--state", join(place.dir, "other"), ...listen]);
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining("throws.config.mjs:1: the config failed: Error"),
    });
    expect(existsSync(join(place.dir, "other"))).toBe(false);
  });
});
