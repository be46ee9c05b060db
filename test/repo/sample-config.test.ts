import { expect, test } from "@jest/globals";
import { run } from "../support/daemon.ts";
import { repository } from "../support/repository.ts";

test("the sample config and the files generated from it pass `check`, promtool and amtool included", async () => {
  const { code, stdout, stderr } = await run(["check"], { cwd: repository });
  // Its logs are there only once `npm start` has run: a note says where there is none.
  const other = stdout.split("\n").filter((line) => line !== "" && !/^(?:ok|note) /u.test(line));
  expect(other).toEqual([]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
});
