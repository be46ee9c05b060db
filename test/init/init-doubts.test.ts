import { expect, test } from "@jest/globals";
import { configText, valueOf } from "../../src/init/config-text.ts";
import { proposed } from "./proposing.ts";

/** Lines of two fields with the same classes, nine of ten alike. */
function linesOf(a: string, b: string): readonly string[] {
  return Array.from({ length: 50 }, (_one, n) =>
    JSON.stringify({ [a]: n % 10 === 0 ? "x" : n % 2 === 0 ? "y" : "x", [b]: n % 2 === 0 ? "y" : "x" }),
  );
}

test("where nothing says which of two fields is the label, the answer does", async () => {
  const asked: string[] = [];
  const plan = await proposed([{ file: "/a.log", lines: linesOf("one", "two") }], (_file, columns) => {
    asked.push(...columns.map(({ key }) => key));
    return Promise.resolve(columns.find(({ key }) => key === "one"));
  });
  expect(asked.sort()).toEqual(["one", "two"]);
  expect("config" in plan && valueOf(plan.config)).toMatchObject({
    sources: [{ fields: { predicted: "two", actual: "one" } }],
  });
});

test.each([
  { written: "2026-01-01T00:00:05Z", doubt: undefined },
  { written: "2026-01-01T01:00:05Z", doubt: "the file was last written 1 h after its newest line" },
  { written: "2026-01-01T00:30:02Z", doubt: "the file was last written 0.5 h after its newest line" },
  { written: "2026-02-01T00:11:00Z", doubt: undefined },
])(
  "of times without an offset that end at midnight UTC in Berlin, a file written at $written says: $doubt",
  async (given) => {
    const lines = linesOf("pred", "truth").map((line) =>
      JSON.stringify({ at: "2026-01-01 01:00:00", ...JSON.parse(line) }),
    );
    const plan = await proposed([{ file: "/a.log", lines, written: Date.parse(given.written) }]);
    const text = "config" in plan ? configText(plan.config, [], [], "ts") : "";
    expect(text).toContain("no offset: a guess, the zone of this machine");
    expect(/the file was last written [\d.]+ h after its newest line/u.exec(text)?.[0]).toBe(given.doubt);
  },
);
