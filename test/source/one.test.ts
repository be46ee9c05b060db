import { mkdtempSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "@jest/globals";
import { tempDir } from "../support/temp.ts";
import { Stage } from "./stage.ts";
import { operations } from "./operations.ts";
const base = tempDir();
test("one", async () => {
  for (let i = 0; i < Number(process.env["N"] ?? "20"); i++) {
    const stage = new Stage(mkdtempSync(join(base, "t-")), {
      files: [process.env["FILES"] ?? "app.log*"],
      byHand: true,
      deletedMs: 0,
    });
    stage.write();
    await stage.glance();
    stage.commit();
    for (const name of JSON.parse(process.env["OPS"]!)) await operations[name]?.(stage);
    try {
      await stage.expectOnce();
    } catch (e) {
      console.log(i, (e as Error).message, stage.log, readdirSync(stage.dir));
      break;
    }
    await stage.close();
  }
});
