import { describe, expect, test } from "@jest/globals";
import { pino } from "pino";
import type { SourceOptions } from "../../src/source/source.ts";
import { FileErrors } from "../../src/source/tracking/file-errors.ts";
import { FileLog } from "../../src/source/tracking/file-log.ts";
import { Fileset } from "../../src/source/tracking/fileset.ts";
import { TrackedFile } from "../../src/source/tracking/tracked-file.ts";
import { Collector } from "./collector.ts";

const source: SourceOptions = { name: "s", files: [], exclude: [], startAt: "beginning", maxLineBytes: 1000 };

/** Names that come and go for ever must not fill the memory: what is known of a path goes with it. */
describe("of the paths that cannot be read", () => {
  const fault = Object.assign(new Error("permission denied"), { code: "EACCES" });
  const refusal = (path: string) => ({ path, code: "EISDIR", problem: "it is a directory" });

  /** Searches that find these paths, one after another; how often the log names each path. */
  function said(searches: readonly { refused?: readonly string[]; unreadable?: readonly string[] }[]): number {
    const log: string[] = [];
    const errors = new FileErrors("s", new FileLog(pino({}, { write: (line: string) => log.push(line) })));
    for (const { refused = [], unreadable = [] } of searches) {
      errors.refuse(refused.map(refusal));
      // As with the search itself, and with the looks until the next one.
      for (const path of [...unreadable, ...unreadable]) errors.unreadable(path, 17, fault);
      expect(errors.status().map(({ path }) => path)).toEqual([...refused, ...unreadable]);
    }
    return log.length;
  }

  test.each([
    { what: "one that stays is said once", searches: [["a"], ["a"], ["a"]], times: 1 },
    {
      what: "one that is gone is forgotten: it is said again when it comes back",
      searches: [["a"], [], ["a"]],
      times: 2,
    },
    { what: "each is said", searches: [["a"], ["a", "b"], ["b", "c"]], times: 3 },
  ])("$what", ({ searches, times }) => {
    expect(said(searches.map((unreadable) => ({ unreadable })))).toBe(times);
    expect(said(searches.map((refused) => ({ refused })))).toBe(times);
  });
});

describe("of the paths that files were under", () => {
  const follow = (files: Fileset, path: string): TrackedFile => {
    const file = new TrackedFile(1, source, path, "", () => new Collector());
    files.add(file);
    return file;
  };
  const leave = (files: Fileset, file: TrackedFile): void => {
    files.leave(file);
    files.remove(file);
  };

  test("what was there is known until another file is", () => {
    const files = new Fileset();
    leave(files, follow(files, "/a"));
    expect(files.predecessorAt("/a")).toEqual({ realPath: "/a", modified: 0n });
    follow(files, "/a");
    expect(files.predecessorAt("/a")).toBeUndefined();
  });

  test("only the last 2000 that were left are known", () => {
    const files = new Fileset();
    for (let number = 0; number < 5000; number++) leave(files, follow(files, `/${number}`));
    const known = Array.from({ length: 5000 }, (_, number) => number).filter(
      (number) => files.predecessorAt(`/${number}`) !== undefined,
    );
    expect(known).toHaveLength(2000);
    expect(known[0]).toBe(3000);
  });
});
