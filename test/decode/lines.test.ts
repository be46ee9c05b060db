import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import { decodeAll, jsonOptions, openDecoding } from "./decoding.ts";

const line = '{"model":"m","label":"a"}';
const event = { labels: ["m", "", ""], predicted: undefined, actual: "a", id: undefined, time: NaN };

describe("line ends and what is no line", () => {
  test.each([
    { what: "the last line may have no line end", text: `${line}\n${line}`, events: 2 },
    { what: "CRLF ends a line", text: `${line}\r\n${line}\r\n`, events: 2 },
    { what: "blank lines and white space are passed over", text: `\n \t\r\n${line}\n\n\r\n`, events: 1 },
    { what: "a byte order mark is passed over", text: `\ufeff${line}\n\ufeff${line}\n`, events: 2 },
    { what: "a hole of NUL bytes before a line is passed over", text: `${"\0".repeat(9000)}${line}\n`, events: 1 },
    { what: "a line of NUL bytes alone is passed over", text: `\0\0\0\n${line}\n\0`, events: 1 },
    { what: "nothing at all", text: "", events: 0 },
  ])("$what", ({ text, events }) => {
    expect(decodeAll(jsonOptions, text)).toEqual(Array(events).fill(event));
  });
});

test("a line past the maximum is rejected, whether the source or the decoder finds it", () => {
  const { read, reader, outcomes } = openDecoding({ ...jsonOptions, maxLineBytes: 40 });
  read(`${line}\n{"model":"m","label":"${"a".repeat(40)}"}\n${line}\n`);
  reader.skipped(Buffer.from('{"model'));
  expect(outcomes).toMatchObject([
    event,
    { rejected: "line_too_long", detail: "longer than 40 bytes (maxLineBytes)" },
    event,
    { rejected: "line_too_long", detail: "longer than 40 bytes (maxLineBytes)", line: '{"model' },
  ]);
});

test("lines give the same outcomes however they are grouped, and from any place of a buffer", () => {
  const lines = [line, "", "nonsense", `{"model":"m","label":1}`, `{"model":"m","label":"b","ts":17}`, `${line}\r`];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...lines)), fc.array(fc.nat(5)), fc.nat(50), (chosen, groups, margin) => {
      const whole = decodeAll(jsonOptions, chosen.map((each) => `${each}\n`).join(""));
      const { reader, outcomes } = openDecoding(jsonOptions);
      const buffer = Buffer.alloc(4096, line);
      for (let from = 0, turn = 0; from < chosen.length; turn++) {
        const count = 1 + (groups[turn % Math.max(groups.length, 1)] ?? 0);
        const bytes = buffer.write(
          chosen
            .slice(from, from + count)
            .map((each) => `${each}\n`)
            .join(""),
          margin,
        );
        reader.read(buffer, margin, margin + bytes);
        from += count;
      }
      expect(outcomes).toEqual(whole);
    }),
  );
});

test("lines whose shapes never repeat are read like all others", () => {
  const many = Array.from(
    { length: 30_000 },
    (_, i) => `{"model":"m","k${i}":[${"0,".repeat(i % 50)}0],"label":${i}}\n`,
  );
  const seen = decodeAll(jsonOptions, many.join(""));
  expect(seen.map((outcome) => "actual" in outcome && outcome.actual)).toEqual(many.map((_, i) => String(i)));
});
