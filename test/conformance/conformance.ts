import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogCases } from "./log-case.ts";
import { slug, Stage, type Verdict } from "./stage.ts";

/** Tells each case of the tables, played before a real daemon that is told of changes, or that has to look for itself. */
export function conformance(watch: "auto" | "poll", tables: Readonly<Record<string, LogCases>>): void {
  const cases: LogCases = Object.fromEntries(Object.values(tables).flatMap((table) => Object.entries(table)));
  const names = Object.values(tables).flatMap((table) => Object.keys(table));
  if (names.length !== Object.keys(cases).length) throw new Error("two cases have one name");
  const dir = mkdtempSync(join(tmpdir(), "model-quality-"));
  let verdicts: ReadonlyMap<string, Verdict> = new Map();
  let log = "";

  beforeAll(async () => {
    const stage = new Stage(dir, cases, watch);
    try {
      verdicts = await stage.play();
    } finally {
      log = stage.log;
    }
  }, 600_000);
  afterAll(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  for (const [title, rows] of Object.entries(tables)) {
    describe(title, () => {
      test.each(Object.keys(rows))("%s", (name) => {
        const verdict = verdicts.get(name);
        if (verdict !== "")
          console.log(
            log
              .split("\n")
              .filter((line) => line.includes(slug(name)))
              .join("\n"),
          );
        expect(verdict).toBe("");
      });
    });
  }
}
