import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "@jest/globals";
import { tempDir } from "../support/temp.ts";
import { cases } from "./rotation-cases.ts";
import { Stage } from "./stage.ts";

const base = tempDir();

describe.each([
  { way: "looking when asked", wanted: { byHand: true } },
  { way: "by events", wanted: {} },
  { way: "by polling", wanted: { watch: false } },
])("each line counts once, $way", ({ wanted }) => {
  test.each(Object.entries(cases))("%s", async (_title, { files = ["app.log"], steps, ...rest }) => {
    const stage = new Stage(mkdtempSync(join(base, "t-")), { files, ...wanted, ...rest.wanted });
    await steps(stage);
    await stage.expectOnce();
  });
});
