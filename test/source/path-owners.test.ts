import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { PathOwners } from "../../src/source/discovery/path-owners.ts";
import { withoutDuplicates } from "../../src/source/tracking/duplicate-records.ts";
import { readRecord, type FileRecord } from "../../src/source/tracking/record.ts";
import { tempDir } from "../support/temp.ts";
import { withTail } from "./tail-bed.ts";

const base = tempDir();
const newDir = (): string => mkdtempSync(join(base, "o-"));

describe("what was written down goes on with the source that its path belongs to,", () => {
  async function savedFile(): Promise<FileRecord> {
    const path = join(newDir(), "app.log");
    writeFileSync(path, "1\n");
    return withTail({ files: [path] }, async (bed) => {
      await bed.expectLines(["1"]);
      const [file] = bed.committed().flatMap(([, value]) => readRecord(value) ?? []);
      if (file === undefined) throw new Error("no file was written down");
      return file;
    });
  }

  test("the first that names it", () => {
    const options = { exclude: [], startAt: "beginning", maxLineBytes: 1024 } as const;
    const [narrow, wide] = [
      { ...options, name: "narrow", files: ["/logs/app*"] },
      { ...options, name: "wide", files: ["/logs/*"], exclude: ["/logs/other*"] },
    ];
    const owners = new PathOwners([narrow, wide]);
    expect(owners.of("/logs/app.log")).toBe(narrow);
    expect(owners.of("/logs/web.log")).toBe(wide);
    expect(owners.of("/logs/other.log")).toBeUndefined();
    expect(owners.preferred("/logs/web.log", "/logs/app.log")).toBe("/logs/app.log");
    expect(owners.preferred("/logs/app.log", "/logs/app2.log")).toBe("/logs/app.log");
  });

  test("and of two records of one file, as older versions have kept them, the one that was read furthest", async () => {
    const file = await savedFile();
    const [near, far, gone] = [
      [1, file],
      [2, { ...file, offset: file.offset + 100 }],
      [3, { ...file, state: "ended" }],
    ] as const;
    expect(withoutDuplicates([near, far, gone])).toEqual({ kept: [far, gone], doubled: [near] });
    expect(withoutDuplicates([far, near])).toEqual({ kept: [far], doubled: [near] });
  });
});
