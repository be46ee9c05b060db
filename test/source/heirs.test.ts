import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { Heirs } from "../../src/source/heirs.ts";
import { readSaved, type SavedFile } from "../../src/source/saved-file.ts";
import { tempDir } from "../support/temp.ts";
import { withTail } from "./tail-bed.ts";

const dir = mkdtempSync(join(tempDir(), "h-"));

/** What is written down of a file that was read. */
async function savedFile(): Promise<SavedFile> {
  const path = join(dir, "app.log");
  writeFileSync(path, "1\n");
  return withTail({ files: [path] }, async (bed) => {
    await bed.expectLines(["1"]);
    const [file] = bed.committed().flatMap(([, value]) => readSaved(value) ?? []);
    if (file === undefined) throw new Error("no file was written down");
    return file;
  });
}

const narrow = `${dir}/app*.log`;
const wide = `${dir}/*.log`;

test.each([
  {
    what: "one that is called as before",
    sources: { app: narrow, all: wide },
    had: ["app", "all"],
    gets: { app: [1], all: [2] },
  },
  {
    what: "one that was renamed beside another that has the file as well",
    sources: { app: narrow, everything: wide },
    had: ["app", "all"],
    gets: { app: [1], everything: [2] },
  },
  {
    what: "the same, the other way round in the state",
    sources: { app: narrow, everything: wide },
    had: ["all", "app"],
    gets: { app: [2], everything: [1] },
  },
  { what: "two that were renamed", sources: { a: narrow, b: wide }, had: ["app", "all"], gets: { a: [1], b: [2] } },
  { what: "none, as all that name it have it", sources: { app: narrow }, had: ["app", "all"], gets: { app: [1] } },
  { what: "none, as none names it", sources: { other: `${dir}/other*` }, had: ["app"], gets: { other: [] } },
])("a file that was written down goes to $what", async ({ sources, had, gets }) => {
  const file = await savedFile();
  const options = { exclude: [], startAt: "beginning", maxLineBytes: 1024 } as const;
  const heirs = new Heirs(Object.entries(sources).map(([name, glob]) => ({ ...options, name, files: [glob] })));
  const divided = heirs.divide(had.map((source, at) => [at + 1, { ...file, source }]));
  expect(Object.fromEntries([...divided].map(([name, files]) => [name, files.map(([id]) => id)]))).toEqual(gets);
});
