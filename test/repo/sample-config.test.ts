import { expect, test } from "@jest/globals";
import { run } from "../support/daemon.ts";
import { repository } from "../support/repository.ts";

test("the sample config and the files generated from it pass `check`, promtool and amtool included", async () => {
  const { code, stdout, stderr } = await run(["check"], { cwd: repository });
  expect(stdout.split("\n").filter((line) => line !== "" && !line.startsWith("ok "))).toEqual([]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
});
