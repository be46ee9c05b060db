import { appendFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { Daemon } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";

const root = tempDir();
const running: Daemon[] = [];
afterEach(async () => {
  for (const daemon of running.splice(0)) await daemon.stop("SIGKILL");
});

/** A folder with a log of the model `m` and a config, and the daemon that runs on them. */
class Place {
  readonly #dir = mkdtempSync(join(root, "place-"));

  config(maxClasses: number, classes?: unknown): this {
    const config = {
      sources: [{ files: ["*.log"], fields: { model: "model", predicted: "prediction", actual: "label" } }],
      windows: [{ last: 1000 }],
      models: { m: classes === undefined ? {} : { classes } },
      limits: { maxClasses },
    };
    writeFileSync(join(this.#dir, "config.json"), JSON.stringify(config));
    return this;
  }

  append(...outcomes: readonly (readonly [actual: unknown, predicted: unknown])[]): this {
    const lines = outcomes.map(([label, prediction]) => `${JSON.stringify({ model: "m", label, prediction })}\n`);
    appendFileSync(join(this.#dir, "model.log"), lines.join(""));
    return this;
  }

  async start(): Promise<Daemon> {
    const daemon = await Daemon.start([
      "--config",
      join(this.#dir, "config.json"),
      "--state",
      join(this.#dir, "state"),
    ]);
    running.push(daemon);
    return daemon;
  }
}

/** Waits until the page holds all of these series with these values; the names lack their `model_quality_`. */
async function expectPage(daemon: Daemon, wanted: readonly string[]): Promise<readonly string[]> {
  let lines: readonly string[] = [];
  await eventually(async () => {
    lines = (await daemon.get("/metrics")).body.split("\n").map((line) => line.replace(/^model_quality_/u, ""));
    return wanted.every((line) => lines.includes(line));
  }, wanted.join(", "));
  return lines;
}

const at = 'model="m",window="last_1000"';
const isMacro = (line: string): boolean => line.includes('average="macro"');

describe("the daemon", () => {
  test("the daemon counts outcomes of undeclared classes from 0, over a reload, and names each class once", async () => {
    const place = new Place().config(10, { legit: ["0"], fraud: ["1"] });
    const daemon = await place.start();
    await expectPage(daemon, ['exporter_undeclared_class_outcomes_total{model="m"} 0']);
    place.append([0, "legit"], ["frod", "1"], ["legit", "frod"], ["fraud", 1]);
    await expectPage(daemon, [
      `accuracy_ratio{${at}} 0.5`,
      `actual_samples{${at},class="legit"} 2`,
      'exporter_undeclared_class_outcomes_total{model="m"} 2',
    ]);
    expect(JSON.parse((await daemon.get("/api/v1/models")).body)).toMatchObject({
      undeclared: { m: { outcomes: 2, classes: ["frod"] } },
    });
    await eventually(() => daemon.log.includes("undeclared class"), "the class is named");
    place.config(10, { legit: ["0"], fraud: ["1", "frod"] });
    daemon.kill("SIGHUP");
    await expectPage(daemon, [`accuracy_ratio{${at}} 0.75`, `actual_samples{${at},class="fraud"} 2`]);
    place.append(["frod", "other"], ["frod", "frod"]);
    await expectPage(daemon, ['exporter_undeclared_class_outcomes_total{model="m"} 3']);
    await eventually(() => daemon.log.includes('\\"other\\"'), "the other class is named");
    expect(daemon.log.match(/undeclared class \\"frod\\"/gu)).toHaveLength(1);
  });

  test("the daemon keeps right and wrong of classes past the limit apart, over a restart and a higher limit", async () => {
    const place = new Place().config(2).append(["a", "b"], ["x", "x"], ["x", "y"], ["b", "y"]);
    const first = await place.start();
    const before = await expectPage(first, [
      `samples{${at}} 4`,
      `overflow_samples{${at}} 3`,
      `accuracy_ratio{${at}} 0.25`,
      `confusion_samples{${at},actual="__other__",predicted="__wrong__"} 1`,
    ]);
    expect(before.filter(isMacro)).toEqual([]);
    await eventually(() => first.log.includes("more classes than limits.maxClasses"), "the overflow is told");
    await first.stop();
    running.splice(0);
    const second = await place.config(5).append(["x", "x"]).start();
    const after = await expectPage(second, [
      `samples{${at}} 5`,
      `overflow_samples{${at}} 4`,
      `accuracy_ratio{${at}} 0.4`,
      `confusion_samples{${at},actual="b",predicted="__other__"} 1`,
    ]);
    expect(after.filter((line) => isMacro(line) || line.includes('class="x"'))).toEqual([]);
  });
});
