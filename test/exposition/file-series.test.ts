import { describe, expect, test } from "@jest/globals";
import { FileSeries } from "../../src/exposition/file-series.ts";
import type { FileStatus } from "../../src/source/source.ts";

function file(path: string, parts: Partial<FileStatus> = {}): FileStatus {
  const read = { lagBytes: 0, lagSeconds: 0, readBytes: 10, lastReadSeconds: 1000 };
  return { source: "logs", path, ...read, state: "live", problem: undefined, ...parts };
}

const files = (count: number, parts?: Partial<FileStatus>): FileStatus[] =>
  Array.from({ length: count }, (_, index) => file(`/logs/${index}`, parts));

const others = (series: FileSeries, shown: readonly FileStatus[]) =>
  series.fold(shown).find(({ path }) => path === "__other__");

describe("the series of files", () => {
  test.each([
    { count: 1, own: 1, others: 0 },
    { count: 100, own: 100, others: 0 },
    { count: 101, own: 100, others: 1 },
    { count: 20_000, own: 100, others: 1 },
  ])("of $count files $own have series of their own", ({ count, own, others: rest }) => {
    expect(new FileSeries().fold(files(count))).toHaveLength(own + rest);
  });

  test("each source has its own first files", () => {
    const planted = files(200, { source: "planted" });
    const paths = new FileSeries().fold([...planted, file("/logs/app.log")]).map(({ path }) => path);
    expect(paths).toHaveLength(102);
    expect(paths).toContain("/logs/app.log");
  });

  test("the others are the bytes added, the largest lag and the newest read", () => {
    const late = file("/logs/late", { lagBytes: 5, lagSeconds: 700, lastReadSeconds: 300 });
    const busy = file("/logs/busy", { lagBytes: 9, lagSeconds: 1, lastReadSeconds: 2000 });
    expect(others(new FileSeries(), [...files(100), late, busy])).toEqual({
      source: "logs",
      path: "__other__",
      lagBytes: 9,
      lagSeconds: 700,
      readBytes: 20,
      lastReadSeconds: 2000,
    });
  });

  test("the bytes of the others never fall, whatever comes and goes", () => {
    const series = new FileSeries();
    const steps: readonly [what: string, shown: FileStatus[], bytes: number][] = [
      ["two others", [...files(100), file("/logs/a"), file("/logs/b")], 20],
      ["one has grown", [...files(100), file("/logs/a", { readBytes: 15 }), file("/logs/b")], 25],
      ["one has gone", [...files(100), file("/logs/b")], 25],
      ["another one has come", [...files(100), file("/logs/b"), file("/logs/c")], 35],
      ["one has moved up", [...files(99), file("/logs/b"), file("/logs/c"), file("/logs/d")], 45],
    ];
    for (const [what, shown, bytes] of steps) expect([what, others(series, shown)?.readBytes]).toEqual([what, bytes]);
  });

  test("a file keeps its series as long as it is there, whoever comes before it", () => {
    const series = new FileSeries();
    series.fold([...files(99), file("/logs/app.log")]);
    const paths = series.fold([file("/logs/new"), ...files(99), file("/logs/app.log")]).map(({ path }) => path);
    expect(paths).toContain("/logs/app.log");
    expect(paths).not.toContain("/logs/new");
  });

  test.each([
    { where: "of its own", before: 0, path: "/logs/app.log" },
    { where: "that it shares", before: 100, path: "__other__" },
  ])("a path that two files have, one of them deleted, has one value in a series $where", ({ before, path }) => {
    const deleted = file("/logs/app.log", { lagBytes: 5, lagSeconds: 7, readBytes: 80, lastReadSeconds: 1000 });
    const live = file("/logs/app.log", { readBytes: 10, lastReadSeconds: 1002 });
    const series = new FileSeries();
    for (const shown of [
      [...files(before), deleted, live],
      [...files(before), live, deleted],
    ]) {
      expect(series.fold(shown).filter((sample) => sample.path === path)).toEqual([
        { source: "logs", path, lagBytes: 5, lagSeconds: 7, readBytes: 80, lastReadSeconds: 1002 },
      ]);
    }
  });

  test("a path of which neither lag nor read is known has no series", () => {
    const refused = file("/logs/socket", { lagBytes: undefined, lagSeconds: undefined, lastReadSeconds: 0 });
    expect(new FileSeries().fold([refused])).toEqual([]);
  });
});
