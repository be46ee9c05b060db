import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { loadConfig } from "../../src/config/load.ts";
import { Problem } from "../../src/problem.ts";

const folder = fileURLToPath(new URL("../fixtures/config", import.meta.url));
const names = readdirSync(folder);

describe("a config file", () => {
  test.each(names.filter((name) => name.includes(".good.")))("the config file %s is taken", async (name) => {
    const config = await loadConfig(`${folder}/${name}`, {});
    expect(config.file).toBe(`${folder}/${name}`);
    expect(config.sources.length).toBeGreaterThan(0);
  });

  // The comments at the head of a bad config are the faults that must be told, all of them and no others.
  test.each(names.filter((name) => name.includes(".bad.")))(
    "%s is refused with all its faults at once",
    async (name) => {
      const lines = readFileSync(`${folder}/${name}`, "utf8").split("\n");
      const head = lines.slice(
        0,
        lines.findIndex((line) => !/^(?:#|\/\/) /u.test(line)),
      );
      const faults = head.map((line) => line.replace(/^(?:#|\/\/) /u, ""));
      const problem: unknown = await loadConfig(`${folder}/${name}`, {}).catch((error: unknown) => error);
      if (!(problem instanceof Problem)) throw new Error(`${name} was taken, or broke the check: ${String(problem)}`);
      expect(problem.details).toEqual(faults);
      expect(problem.exitCode).toBe(2);
      expect(problem.message).toBe(`${folder}/${name}: ${faults.length} faults in the config`);
    },
  );
});
