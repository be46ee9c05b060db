import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Daemon } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { tempDir } from "../support/temp.ts";

/** How often the main thread of a process was woken so far. */
function wakes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^voluntary_ctxt_switches:\s+(\d+)/mu.exec(status)?.[1]);
}

describe("a daemon in whose logs nothing happens", () => {
  const dir = tempDir();
  let daemon: Daemon;

  beforeAll(async () => {
    mkdirSync(join(dir, "logs"));
    for (let at = 0; at < 20; at++) writeFileSync(join(dir, `logs/${at}.jsonl`), '{"predicted":"a","actual":"a"}\n');
    const files = [join(dir, "logs/*.jsonl")];
    const fields = { predicted: "predicted", actual: "actual" };
    writeFileSync(join(dir, "config.json"), JSON.stringify({ sources: [{ files, fields }] }));
    daemon = await Daemon.start(["--config", "config.json", "--state", join(dir, "state")], { cwd: dir });
  });
  afterAll(() => daemon.stop());

  test("is woken a few times a second, and by no timer of a library", async () => {
    await eventually(async () => {
      const before = wakes(daemon.pid);
      await sleep(2000);
      // Its own timers are some ten a second; one that measures the event loop would be a hundred.
      return wakes(daemon.pid) - before < 60;
    }, "it is woken less than thirty times a second");
  });

  test("shows the delay of the event loop as of the scrape, and no figures that nothing has measured", async () => {
    const { body } = await daemon.get("/metrics");
    const names = [...body.matchAll(/^# TYPE (nodejs_eventloop_lag\S*)/gmu)].map(([, name]) => name);
    expect(names).toEqual(["nodejs_eventloop_lag_seconds"]);
  });
});
