import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { replayFiles } from "../../src/cli/replay.ts";
import { parseConfig } from "../../src/config/parse.ts";
import type { Instant, InstantOptions, PastInstants } from "../../src/replay/instants.ts";
import { tempDir } from "../support/temp.ts";

const dir = tempDir();
const minute = 60_000;
const start = Date.parse("2026-01-31T23:58:00Z");
const config = parseConfig(
  {
    sources: [
      { name: "logs", files: ["/**"], fields: { predicted: "prediction", actual: "label", id: "id", time: "ts" } },
    ],
    windows: ["5m", { last: 3 }],
    limits: { tagIdle: "2h" },
  },
  join(dir, "config.json"),
  {},
);

/** Outcomes at so many seconds after the start. */
function log(name: string, seconds: readonly number[], model = "m"): string {
  const path = join(dir, name);
  const lines = seconds.map((at) =>
    JSON.stringify({ ts: start + at * 1000, model, prediction: "a", label: at % 2 === 0 ? "a" : "b" }),
  );
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
  return path;
}

interface Taken {
  /** `minutes after the start: outcomes, samples of each window` of each tag. */
  readonly at: string[];
  readonly past: PastInstants | undefined;
}

/** Replays files, and notes what was known at each instant. */
async function replay(
  files: readonly string[],
  options: Partial<InstantOptions> = {},
  lateness?: string,
): Promise<Taken> {
  const at: string[] = [];
  const named = files.map((file) => ({ file, sources: ["logs"] }));
  const receive = ({ time, tags }: Instant): void => {
    const known = tags.map(({ labels, outcomes, confusion }) => {
      const counts = ["5m", "last_3"].map((window) => confusion(window).counts.reduce((sum, count) => sum + count, 0));
      return `${labels.map(({ value }) => value).join()} ${outcomes} ${counts.join("/")}`;
    });
    at.push(`${(time - start) / minute}: ${known.join(", ")}`);
  };
  const { instants: past } = await replayFiles(config, named, lateness, { stepMs: minute, receive, ...options });
  return { at, past };
}

describe("a replay stops at the multiples of the step", () => {
  test("an event at the very instant is counted, one a millisecond later is not", async () => {
    expect((await replay([log("exact", [0, 60, 60.001])])).at).toEqual(["0: m 1 1/1", "1: m 2 2/2", "2: m 3 3/3"]);
  });

  test("instants go on where no events come, and windows drain", async () => {
    const { at, past } = await replay([log("gap", [30, 510])]);
    expect(at).toEqual([
      ...[1, 2, 3, 4, 5].map((time) => `${time}: m 1 1/1`),
      ...[6, 7, 8].map((time) => `${time}: m 1 0/1`),
      "9: m 2 1/2",
    ]);
    expect(past).toEqual({
      count: 9,
      first: start + minute,
      last: start + 9 * minute,
      isCut: false,
      latest: start + 510_000,
    });
  });

  test.each<[what: string, options: Partial<InstantOptions>, minutes: readonly number[], isCut: boolean]>([
    ["a first one", { from: start + 90_000 }, [2, 3], false],
    ["a first one before all events", { from: 0 }, [1, 2, 3], false],
    ["a last one before the last event", { to: start + 2 * minute }, [1, 2], false],
    ["a last one between instants", { to: start + 2.5 * minute }, [1, 2], false],
    ["a last one after the last event", { to: start + 5 * minute }, [1, 2, 3, 4, 5], false],
    ["an end that cuts", { notAfter: start + 2 * minute }, [1, 2], true],
    ["an end that cuts a given last one", { to: start + 5 * minute, notAfter: start + 4 * minute }, [1, 2, 3, 4], true],
    ["an end that cuts nothing", { notAfter: start + 3 * minute }, [1, 2, 3], false],
    ["a given last one before an end", { to: start + 2 * minute, notAfter: start + 3 * minute }, [1, 2], false],
    ["another step", { stepMs: 3 * minute }, [2, 5], false],
    ["nothing between the first and the last", { from: start + 10 * minute }, [], false],
  ])("%s", async (_what, options, minutes, isCut) => {
    const { at, past } = await replay([log("bounds", [10, 80, 150])], options);
    expect(at.map((line) => Number(line.split(":")[0]))).toEqual(minutes);
    expect(past).toMatchObject({ count: minutes.length, isCut });
  });

  test("two pods that are merged are one log, in any order of the files", async () => {
    const whole = await replay([log("whole", [5, 20, 70, 100, 130, 400, 410])]);
    const pods = [log("pod-a", [5, 70, 130, 410]), log("pod-b", [20, 100, 400])];
    expect(await replay(pods)).toEqual(whole);
    expect(await replay(pods.toReversed())).toEqual(whole);
  });

  test("lines of a single file may be out of order by the lateness", async () => {
    const ordered = await replay([log("ordered", [5, 50, 70, 100, 130])]);
    const mixed = log("mixed", [5, 70, 50, 100, 130]);
    expect(await replay([mixed])).toEqual(ordered);
    expect((await replay([mixed], {}, "0s")).at).not.toEqual(ordered.at);
  });

  test("a tag begins with its first outcome, goes after limits.tagIdle, and begins anew", async () => {
    const files = [
      log("short", [70, 3 * 3600], "short"),
      log("long", [10, 1800, 3600, 5400, 7200, 9000, 10_800], "long"),
    ];
    const { at } = await replay(files, { stepMs: 10 * minute });
    const outcomes = at.map((line) => [...line.matchAll(/short (\d+)/gu)].map(([, count]) => Number(count)).join());
    expect(outcomes).toEqual([...Array<string>(12).fill("1"), ...Array<string>(6).fill(""), "1"]);
  });

  test.each<[what: string, line: string]>([
    ["whose times stand nowhere", '{"model":"m","prediction":"a","label":"a"}'],
    ["of the far future", '{"model":"m","prediction":"a","label":"a","ts":"2999-01-01T00:00:00Z"}'],
    ["without a prediction", '{"model":"m","label":"a","ts":"2026-01-01T00:00:00Z"}'],
  ])("there is no instant in a log %s", async (_what, line) => {
    const path = join(dir, "none");
    writeFileSync(path, `${line}\n`);
    expect(await replay([path])).toMatchObject({ at: [], past: { count: 0, latest: undefined } });
  });

  test("files without times are refused beside others", async () => {
    const path = join(dir, "untimed");
    writeFileSync(path, '{"model":"m","prediction":"a","label":"a"}\n');
    await expect(replay([log("timed", [1]), path])).rejects.toThrow(`${path}: its events have no times`);
  });
});
