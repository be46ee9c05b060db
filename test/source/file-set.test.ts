import { expect, test } from "@jest/globals";
import { FileSet } from "../../src/source/file-set.ts";
import { FollowedFile } from "../../src/source/followed-file.ts";
import { Collector } from "./collector.ts";

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
