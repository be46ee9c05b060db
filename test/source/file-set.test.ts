import { appendFileSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { Candidate } from "../../src/source/content.ts";
import { FileSet } from "../../src/source/file-set.ts";
import { FollowedFile } from "../../src/source/followed-file.ts";
import { tempDir } from "../support/temp.ts";
import { Collector } from "./collector.ts";

const base = tempDir();
const source = { name: "test", files: [], exclude: [], startAt: "beginning", maxLineBytes: 1024 } as const;

test("a number that is used again belongs to the file that was given it last, and the other one is written down anew", () => {
  const displaced: FollowedFile[] = [];
  const files = new FileSet((file) => displaced.push(file));
  const [old, young] = [1, 2].map((id) => new FollowedFile(id, source, `/${id}.log`, "7:1", () => new Collector()));
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
  const candidate = new Candidate({ path, stat: statSync(path, { bigint: true }) });
  const files = new FileSet();
  files.leaveOpen(candidate, path);
  expect([...files.changedUndecided()]).toEqual([]);
  appendFileSync(path, "1\n");
  expect([...files.changedUndecided()]).toEqual([path]);
  files.leaveAlone(candidate);
  expect([...files.changedUndecided()]).toEqual([]);
});
