import { describe, expect, test } from "@jest/globals";
import { SeriesStart, tagValue } from "../../src/influxdb/line-protocol.ts";
import fc from "../support/property.ts";
import { hostileValues, readLines } from "./line-reader.ts";

/** What a reader of line protocol finds as the value of a tag between others. */
function throughALine(value: string): string | undefined {
  const start = new SeriesStart("m", [["model", tagValue(value)]], ["class", "window"]);
  return readLines(`${start.text(tagValue(value), tagValue(value))} samples=1i 1\n`)[0]?.tags["model"];
}

describe("the value of a tag", () => {
  test.each(hostileValues)("the value %j comes back whole, among others that are the same", (value) => {
    expect(throughALine(value)).toBe(value);
  });

  test("any text comes back whole, so that no two are written the same", () => {
    const alphabet = fc.constantFrom("%", "0", "4", "C", "5", "8", "\\", ",", "=", " ", "\n", "\0", "a", "ü", "🦉");
    const text = fc.oneof(fc.string({ unit: alphabet }), fc.string({ unit: "grapheme" }));
    fc.assert(
      fc.property(text, (value) => {
        expect(throughALine(value)).toBe(value);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    { value: "v1.2-rc_3", written: "v1.2-rc_3" },
    { value: "C:\\models", written: "C:\\models" },
    { value: "50%", written: "50%" },
    { value: "eu west", written: "eu\\ west" },
  ])("the value $value, as people give them, is written as $written", ({ value, written }) => {
    expect(tagValue(value)).toBe(written);
  });
});

describe("the start of a line", () => {
  test("the tags of a line are in the order of their names, whichever of them vary", () => {
    const start = new SeriesStart(
      "m",
      [
        ["version", "1"],
        ["a", "2"],
        ["model", "3"],
      ],
      ["window", "class"],
    );
    expect(start.text("1h", "x")).toBe("m,a=2,class=x,model=3,version=1,window=1h");
    expect(start.text("5m", "y")).toBe("m,a=2,class=y,model=3,version=1,window=5m");
    expect(new SeriesStart("m", [], []).text()).toBe("m");
  });
});
