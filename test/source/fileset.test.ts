import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { Candidate } from "../../src/source/identity/candidate.ts";
import { inodeOf, noFingerprint } from "../../src/source/identity/fingerprint.ts";
import { Fileset } from "../../src/source/tracking/fileset.ts";
import { TrackedFile } from "../../src/source/tracking/tracked-file.ts";
import { tempDir } from "../support/temp.ts";
import { Collector } from "./collector.ts";

const base = tempDir();
const source = { name: "test", files: [], exclude: [], startAt: "beginning", maxLineBytes: 1024 } as const;

test("a number that is used again belongs to the file that was given it last, and the other one is written down anew", () => {
  const displaced: TrackedFile[] = [];
  const files = new Fileset((file) => displaced.push(file));
  const [old, young] = [1, 2].map((id) => new TrackedFile(id, source, `/${id}.log`, "7:1", () => new Collector()));
  if (old === undefined || young === undefined) throw new Error("two files");
  files.add(old);
  expect(displaced).toEqual([]);
  files.add(young);
  expect(files.withInode("7:1")).toBe(young);
  expect(old.inode).toBe("");
  expect(displaced).toEqual([old]);
});

test("a file of which nothing could be said is asked again once it has changed, unless it is none of those that are followed", () => {
  const path = join(mkdtempSync(join(base, "s-")), "other.log.1");
  writeFileSync(path, "");
  const candidate = new Candidate({ path, real: path, stat: statSync(path, { bigint: true }) });
  const files = new Fileset();
  files.markUndecided(candidate, path);
  expect([...files.changedUndecided()]).toEqual([]);
  appendFileSync(path, "1\n");
  expect([...files.changedUndecided()]).toEqual([path]);
  files.forgetUndecided(candidate);
  expect([...files.changedUndecided()]).toEqual([]);
});

/** So many retired files, on the disk. */
function retiredFiles(count: number): { readonly files: Fileset; readonly all: readonly TrackedFile[] } {
  const dir = mkdtempSync(join(base, "o-"));
  const files = new Fileset();
  const all = Array.from({ length: count }, (_, id) => {
    const path = join(dir, `${id}.log.1`);
    writeFileSync(path, "1\n");
    const file = new TrackedFile(id, source, path, inodeOf(statSync(path, { bigint: true })), () => new Collector());
    file.position.moveTo({ offset: 2, head: noFingerprint, tail: noFingerprint, checksums: [] });
    file.state = { kind: "retired", at: 0, ending: "read" };
    files.add(file);
    return file;
  });
  return { files, all };
}

test("each of the files that were let go is looked at after a few turns, however many there are, and found once it has grown", () => {
  const { files, all } = retiredFiles(450);
  const turns = (): TrackedFile[] => [1, 2, 3].flatMap(() => [...files.grownRetired()]);
  expect(turns()).toEqual([]);
  for (const { path } of all) appendFileSync(path, "2\n");
  expect(turns()).toEqual(all);
  expect(turns()).toEqual(all);
});

test("of more retired files than are remembered, each search looks at 200, forgets those that are gone, and finds all that have grown", () => {
  const { files, all } = retiredFiles(2600);
  const [gone, grown] = [all.slice(0, 500), all.slice(500)];
  for (const { path } of gone) rmSync(path);
  for (const { path } of grown) appendFileSync(path, "2\n");
  const searches = Array.from({ length: 14 }, () => ({
    grown: [...files.grownRetired()],
    forgotten: files.forget(0),
  }));
  expect(searches.slice(0, 4).map(({ forgotten }) => forgotten.length)).toEqual([200, 200, 100, 0]);
  const idsOf = (some: readonly TrackedFile[]): Set<number> => new Set(some.map(({ id }) => id));
  expect(idsOf(searches.flatMap(({ forgotten }) => forgotten))).toEqual(idsOf(gone));
  expect(idsOf(searches.flatMap((search) => search.grown))).toEqual(idsOf(grown));
});
