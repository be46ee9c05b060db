import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { discover, namedBy } from "../../src/source/discovery/discover.ts";
import { Stopwatch } from "../../src/source/pace.ts";
import { tempDir } from "../support/temp.ts";

const dir = mkdtempSync(join(tempDir(), "d-"));
const names = [
  "app.log",
  ".hidden.log",
  "App.LOG",
  "x+y.log",
  "!no.log",
  "$v.log",
  "{k}.log",
  "(old).log",
  "b [1].log",
];
for (const folder of ["", "deep/er", "with space", "b[1]"]) {
  mkdirSync(join(dir, folder), { recursive: true });
  for (const name of names) writeFileSync(join(dir, folder, name), "");
}

test.each([
  { glob: "*.log" },
  { glob: "**/*.log" },
  { glob: "**" },
  { glob: "*/*.log" },
  { glob: "[!a]*.log" },
  { glob: "[^a]*.log" },
  { glob: "@(app|x+y).log" },
  { glob: "!(app).log" },
  { glob: "{app,x+y}.log" },
  { glob: "*t*s*/*p*.*g" },
  { glob: "{deep/er,with*}/*.log" },
  { glob: "b\\[1\\]/*.log" },
  { glob: "b\\[1\\]/*.log", exclude: "**/[!a]*.log" },
  { glob: "**/*.log", exclude: "**/with*/**" },
  { glob: "**/*.log", exclude: "deep" },
  { glob: "**/*.log", exclude: "*/er" },
  { glob: "{deep,b*}/**/*.log", exclude: "deep" },
  { glob: "**/*.log", exclude: "with space/App.LOG" },
])(
  "a file is found under $glob without $exclude exactly if it is taken for one of its own",
  async ({ glob, exclude = "nothing" }) => {
    const source = { files: [`${dir}/${glob}`], exclude: [`${dir}/${exclude}`] };
    const search = await discover({ ...source, name: "s", startAt: "beginning", maxLineBytes: 1024 }, new Stopwatch());
    const all = ["", "deep/er", "with space", "b[1]"].flatMap((folder) => names.map((name) => join(dir, folder, name)));
    expect(search.found.length).toBeGreaterThan(0);
    expect(search.found.map(({ path }) => path).toSorted()).toEqual(all.filter(namedBy(source)).toSorted());
  },
);
