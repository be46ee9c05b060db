import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "@jest/globals";
import { archiveCases } from "../conformance/archive-cases.ts";
import { nameCases } from "../conformance/name-cases.ts";
import { rotationCases } from "../conformance/rotation-cases.ts";
import { truncationCases } from "../conformance/truncation-cases.ts";
import { tempDir } from "../support/temp.ts";
import { Stage } from "./stage.ts";

const base = tempDir();
// The tables that a whole daemon plays, but for those of what stands in a line.
const cases = { ...rotationCases, ...truncationCases, ...nameCases, ...archiveCases };

describe.each([
  { way: "looking when asked", wanted: { byHand: true } },
  { way: "by events", wanted: {} },
  { way: "by polling", wanted: { watch: false } },
])("each line counts once, $way", ({ wanted }) => {
  test.each(Object.entries(cases))("%s", async (_title, logCase) => {
    const { files = ["app.log"], exclude = [] } = logCase;
    const stage = new Stage(mkdtempSync(join(base, "t-")), { files, exclude, ...wanted });
    await stage.play(logCase);
  });
});
