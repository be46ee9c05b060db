import { appendFileSync, copyFileSync, mkdirSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { Daemon } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";

const root = tempDir();

/** A log in which the lines of two models take turns with others, and what of it each source must have counted. */
class MixedLog {
  readonly path: string;
  #written = 0;

  constructor(dir: string) {
    mkdirSync(dir);
    this.path = join(dir, "app.log");
    writeFileSync(this.path, "");
  }

  /** How many lines of each model there are. */
  get each(): number {
    return this.#written;
  }

  write(times: number): void {
    for (let time = 0; time < times; time++) {
      this.#written++;
      const line = (event: string): string =>
        `${JSON.stringify({ event, model: event, prediction: "yes", label: "yes", n: this.#written })}\n`;
      appendFileSync(this.path, ["fraud", "churn", "other"].map(line).join(""));
    }
  }
}

const source = (event: string): object => ({ name: event, files: ["logs/*.log"], where: { event } });

test("two sources with other values of one field read one log: each line counts once for its own, whatever happens", async () => {
  const log = new MixedLog(join(root, "logs"));
  const config = join(root, "config.json");
  const write = (...events: string[]): void => {
    writeFileSync(config, JSON.stringify({ sources: events.map(source), windows: [{ last: 100_000 }] }));
  };
  const start = (): Promise<Daemon> => Daemon.start(["--config", config, "--state", join(root, "state")]);
  let daemon: Daemon | undefined;
  const expectCounts = async (expected: Readonly<Record<string, number>>): Promise<void> => {
    let page = "";
    const samples = (model: string): number =>
      Number(new RegExp(`^model_quality_samples\\{model="${model}",[^}]*\\} (\\d+)$`, "mu").exec(page)?.[1] ?? 0);
    const counts = (): object => Object.fromEntries(Object.keys(expected).map((model) => [model, samples(model)]));
    await eventually(async () => {
      page = (await daemon?.get("/metrics"))?.body ?? "";
      return JSON.stringify(counts()) === JSON.stringify(expected);
    }, "counts").catch(() => undefined);
    expect(counts()).toEqual(expected);
  };
  /** Waits for two commits: one that goes on may be of before. */
  const expectCommits = async (): Promise<void> => {
    const committed = async (): Promise<number> =>
      Number(
        /^model_quality_exporter_checkpoint_timestamp_seconds (\S+)$/mu.exec(
          (await daemon?.get("/metrics"))?.body ?? "",
        )?.[1],
      );
    for (let commit = 0; commit < 2; commit++) {
      const before = await committed();
      await eventually(async () => (await committed()) > before, "a commit");
    }
  };
  const both = (): Record<string, number> => ({ fraud: log.each, churn: log.each, other: 0 });
  const rename = (): void => {
    log.write(20);
    renameSync(log.path, `${log.path}.1`);
    writeFileSync(log.path, "");
    log.write(20);
  };
  const copyTruncate = (): void => {
    log.write(20);
    copyFileSync(log.path, `${log.path}.2`);
    truncateSync(log.path, 0);
    log.write(15);
  };

  write("fraud", "churn");
  log.write(50);
  daemon = await start();
  await expectCounts(both());
  rename();
  await expectCounts(both());
  copyTruncate();
  await expectCounts(both());
  // The next rotation replaces the log of the first one, with whatever only memory knows of it.
  await expectCommits();
  await daemon.stop("SIGKILL");
  rename();
  daemon = await start();
  await expectCounts(both());
  await daemon.stop("SIGTERM");
  copyTruncate();
  daemon = await start();
  await expectCounts(both());
  expect(daemon.log).not.toContain("two sources reach one file");
  const page = (await daemon.get("/metrics")).body;
  for (const name of ["fraud", "churn"]) {
    expect(page).toMatch(new RegExp(`lines_skipped_total\\{source="${name}",reason="where"\\} [1-9]`, "u"));
    expect(page).toContain(`file_errors_total{source="${name}",code="EACCES"} 0`);
    expect(page).toContain(`files_lost_total{source="${name}"} 0`);
  }
  // A third one comes: it reads the log from its beginning, and the others go on.
  write("other", "fraud", "churn");
  await expectCounts({ fraud: log.each, churn: log.each, other: 15 });
  log.write(10);
  await expectCounts({ fraud: log.each, churn: log.each, other: 25 });
  expect(await daemon.stop("SIGTERM")).toBe(0);
});
