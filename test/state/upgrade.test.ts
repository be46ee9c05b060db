import { afterAll, expect, test } from "@jest/globals";
import { appendFileSync, cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Daemon } from "../support/daemon.ts";
import { eventually } from "../support/eventually.ts";
import { SetClock } from "../conformance/set-clock.ts";

// The state names its files by the paths that they had when version 0.1.0 (commit e4313e5) wrote it.
const dir = "/tmp/model-quality-exporter-0.1.0";
const fixture = fileURLToPath(new URL("../fixtures/state-0.1.0", import.meta.url));
/** The wall clock when the state was written. */
const then = Date.parse("2026-11-27T12:00:10Z");

interface Window {
  readonly window: string;
  readonly samples: number;
  readonly classes: readonly string[];
  readonly confusion: readonly (readonly number[])[];
}
interface Models {
  readonly tags: readonly { readonly labels: Record<string, string>; readonly windows: readonly Window[] }[];
}

/** The counts by tag, window, actual and predicted class; cells without a count are left out. */
function cellsOf({ tags }: Models): Record<string, number> {
  const cells = tags.flatMap(({ labels, windows }) =>
    windows.flatMap(({ window, classes, confusion }) =>
      confusion.flatMap((row, actual) =>
        row.map((count, predicted) => {
          const name = [...Object.values(labels), window, classes[actual], classes[predicted]].join(" ");
          return [name, count] as const;
        }),
      ),
    ),
  );
  return Object.fromEntries(cells.filter(([, count]) => count > 0));
}

/** The same counts, with outcomes added to each of these windows. */
function plus(cells: Record<string, number>, windows: readonly string[], added: Record<string, number>): object {
  const sum = { ...cells };
  for (const [cell, count] of Object.entries(added)) {
    const [tag, outcome] = cell.split(": ");
    for (const window of windows) {
      const name = `${tag ?? ""} ${window} ${outcome ?? ""}`;
      sum[name] = (sum[name] ?? 0) + count;
    }
  }
  return sum;
}

afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

test("a state directory written by 0.1.0 is taken up with every offset, unfinished line and window as it was", async () => {
  rmSync(dir, { recursive: true, force: true });
  cpSync(fixture, dir, { recursive: true });
  const clock = new SetClock(join(dir, "clock"));
  clock.set(Math.round((then - Date.now()) / 1000));
  const counted = cellsOf(JSON.parse(readFileSync(join(fixture, "models.json"), "utf8")) as Models);
  // Of classes past the limit 0.1.0 did not write down which were predicted rightly: these windows cannot be taken up.
  const before = Object.fromEntries(Object.entries(counted).filter(([cell]) => !cell.startsWith("wide ")));
  const args = ["--config", join(dir, "config.json"), "--state", join(dir, "state")];
  const daemon = await Daemon.start(args, { through: clock.through });
  const cells = async (): Promise<Record<string, number>> =>
    cellsOf(JSON.parse((await daemon.get("/api/v1/models")).body) as Models);
  try {
    await eventually(async () => (await daemon.get("/-/ready")).status === 200, "ready");
    const troubles = daemon.log.split("\n").filter((line) => /level=(?:warn|error)/u.test(line));
    expect(troubles).toEqual([expect.stringMatching(/tag=wide windows="1h 24h last_100" msg="windows start empty/u)]);
    expect(await cells()).toEqual(before);

    // Each log goes on in the middle of what 0.1.0 had begun: half a line, a header, a piece of a container's line.
    const rest = `t_id":"r-181","model":"fraud","version":"v3","meta":{"region":"eu"},"prediction":"legit","label":"legit"}\n`;
    appendFileSync(join(dir, "logs/app.jsonl"), rest);
    appendFileSync(join(dir, "logs/churn.csv"), '2026-11-27T11:40:00.000Z,1,0,"a, b"\n');
    appendFileSync(join(dir, "logs/pod/0.log"), '2026-11-27T11:40:00.000Z stdout F "label":"b"}\n');
    const windows = ["1h", "24h", "last_100"];
    const added = { "fraud v3 eu: legit legit": 1, "churn: 0 1": 1, "pod: b a": 1 };
    await eventually(
      async () =>
        JSON.stringify(Object.entries(await cells()).sort()) ===
        JSON.stringify(Object.entries(plus(before, windows, added)).sort()),
      "each added line is counted once",
    ).catch(() => undefined);
    expect(await cells()).toEqual(plus(before, windows, added));
    expect(await daemon.stop()).toBe(0);
  } finally {
    await daemon.stop("SIGKILL");
  }
});
