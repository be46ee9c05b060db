import { deepEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The real logs that come with scikit-learn's figures. */
export const goldenNames = ["digits", "iris"] as const;
export type GoldenName = (typeof goldenNames)[number];

/** What scikit-learn says of some rows of a log, in the form of `replay --json`. */
export interface GoldenFigures {
  readonly samples: number;
  readonly classes: readonly string[];
  readonly confusion: readonly (readonly number[])[];
  readonly [figure: string]: unknown;
}

/** The path of a log of JSON lines. */
export function goldenPath(name: GoldenName): string {
  return fileURLToPath(new URL(`../golden/${name}.jsonl`, import.meta.url));
}

/** The lines of a log, parsed. */
export function goldenRows(name: GoldenName): Record<string, string | number>[] {
  const lines = readFileSync(goldenPath(name), "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Record<string, string | number>);
}

/** scikit-learn's figures over all rows and over the last 100. */
export function goldenFigures(name: GoldenName): { readonly all: GoldenFigures; readonly lastRows: GoldenFigures } {
  const file = new URL(`../golden/${name}.expected.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as { all: GoldenFigures; lastRows: GoldenFigures };
}

/** Expects every figure that `expected` names to stand in `actual`, numbers to 1e-12; `actual` may hold more. */
export function expectFigures(actual: unknown, expected: unknown, path = "figures"): void {
  if (typeof expected === "number") {
    deepEqual([path, typeof actual], [path, "number"]);
    deepEqual([path, Math.abs(Number(actual) - expected) <= 1e-12], [path, true]);
  } else if (Array.isArray(expected)) {
    deepEqual([path, Array.isArray(actual) ? actual.length : undefined], [path, expected.length]);
    expected.forEach((item, index) => {
      expectFigures((actual as unknown[])[index], item, `${path}[${index}]`);
    });
  } else if (typeof expected === "object" && expected !== null) {
    for (const [key, value] of Object.entries(expected)) {
      expectFigures((actual as Record<string, unknown> | undefined)?.[key], value, `${path}.${key}`);
    }
  } else {
    deepEqual([path, actual], [path, expected]);
  }
}
