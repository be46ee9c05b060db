import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "@jest/globals";
import fc from "../support/property.ts";
import { repetitions } from "../support/effort.ts";
import { tempDir } from "../support/temp.ts";
import { operations } from "./operations.ts";
import { Stage } from "./stage.ts";

const base = tempDir();

describe.each([{ files: ["app.log"] }, { files: ["app.log*"] }])("$files", ({ files }) => {
  test("whatever happens in whatever order, each line counts once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...Object.keys(operations)), { minLength: 1, maxLength: 40 }),
        async (names) => {
          const stage = new Stage(mkdtempSync(join(base, "t-")), { files, byHand: true, deletedMs: 0 });
          try {
            stage.folder.write(3);
            await stage.look();
            stage.commit();
            for (const name of names) await operations[name]?.(stage);
            await stage.expectOnce();
          } finally {
            await stage.close();
          }
        },
      ),
      { numRuns: repetitions(60, 600) },
    );
  }, 600_000);
});
