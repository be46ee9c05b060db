import { describe, expect, test } from "@jest/globals";
import { LineBudget } from "../../src/decode/line-budget.ts";
import fc from "../support/property.ts";
import type { DecodeOptions, Wrapper } from "../../src/decode/options.ts";
import { decodeAll, jsonOptions, openDecoding, type Outcome } from "./decoding.ts";

const line = '{"model":"m","label":"a"}';
const untimed = { labels: ["m", "", ""], predicted: undefined, actual: "a", id: undefined };
const outerTime = "2026-01-01T00:00:01.5Z";
const outerMs = Date.UTC(2026, 0, 1, 0, 0, 1, 500);

function wrapped(wrapper: Wrapper, changes: Partial<DecodeOptions> = {}): DecodeOptions {
  return { ...jsonOptions, wrapper, fields: { ...jsonOptions.fields, time: undefined }, ...changes };
}

function docker(log: unknown, stream = "stdout", time: unknown = outerTime): string {
  return `${JSON.stringify({ log, stream, time })}\n`;
}

function cri(tag: string, text: string, stream = "stdout"): string {
  return `${outerTime} ${stream} ${tag} ${text}\n`;
}

describe.each(["cri", "auto"] as const)("the CRI wrapper, as %s", (word) => {
  test("the CRI wrapper gives its time where no time field is configured", () => {
    expect(decodeAll(wrapped(word), cri("F", line))).toEqual([{ ...untimed, time: outerMs }]);
    expect(decodeAll({ ...jsonOptions, wrapper: word }, cri("F", line))).toEqual([{ ...untimed, time: NaN }]);
  });

  test("the CRI wrapper joins the pieces of each stream, which come mixed", () => {
    const text = [
      cri("P", line.slice(0, 5)),
      cri("P", '{"model":"err', "stderr"),
      cri("P:x", line.slice(5, 10)),
      cri("F", '","label":"b"}', "stderr"),
      cri("F:y", line.slice(10)),
      cri("F", line),
    ];
    expect(decodeAll(wrapped(word), text.join(""))).toMatchObject([
      { labels: ["err", "", ""], actual: "b" },
      { labels: ["m", "", ""], actual: "a" },
      { labels: ["m", "", ""], actual: "a" },
    ]);
  });

  test("the CRI wrapper passes over empty lines and takes CRLF off", () => {
    const text = `${outerTime} stdout F\n${outerTime} stdout F \n${cri("F", `${line}\r`)}${cri("P", "")}${cri("F", line)}`;
    expect(decodeAll(wrapped(word), text)).toHaveLength(2);
  });

  test("the CRI wrapper rejects a joined line past the maximum once, keeps no more of it, and goes on", () => {
    const { read, reader, outcomes } = openDecoding(wrapped(word, { maxLineBytes: 100 }));
    for (let i = 0; i < 1000; i++) read(cri("P", "x".repeat(50)));
    expect(JSON.stringify(reader.save()).length).toBeLessThan(200);
    const again = openDecoding(wrapped(word, { maxLineBytes: 100 }), { path: "x" }, reader.save());
    for (const each of [{ read, outcomes }, again]) {
      each.read(cri("F", "end") + cri("F", line));
      expect(each.outcomes).toMatchObject([{ rejected: "line_too_long" }, { actual: "a" }]);
    }
  });

  test("the CRI wrapper does not join what stands on both sides of a lost line", () => {
    const { read, reader, outcomes } = openDecoding(wrapped(word));
    read(cri("P", '{"model":"m",'));
    reader.skipped(Buffer.from("lost"));
    read(cri("F", '"label":"a"}') + cri("F", line));
    expect(outcomes).toMatchObject([{ rejected: "line_too_long" }, { rejected: "malformed" }, { actual: "a" }]);
  });
});

describe("a JSON carrier", () => {
  const carried = (bytes: string): readonly Outcome[] => decodeAll(wrapped({ path: ["message"] }), bytes);
  const good = { ...untimed, time: NaN };

  test.each([
    { what: "a text", message: line, outcome: good },
    { what: "a text with a line end", message: `${line}\r\n`, outcome: good },
    { what: "a text that is JSON over several lines", message: '{"model":"m",\n"label":"a"}', outcome: good },
    { what: "an object", message: { model: "m", x: ["}", { y: '\\"}' }], label: "a" }, outcome: good },
    { what: "other text", message: "GET / 200", outcome: { skipped: "wrapper" } },
    { what: "other JSON", message: "[1]", outcome: { skipped: "wrapper" } },
    { what: "a list", message: [{ model: "m", label: "a" }], outcome: { skipped: "wrapper" } },
    { what: "a number", message: 1, outcome: { skipped: "wrapper" } },
    { what: "nothing", message: null, outcome: { skipped: "wrapper" } },
    {
      what: "a damaged event",
      message: line.slice(0, -1),
      outcome: { rejected: "malformed", line: line.slice(0, -1) },
    },
    { what: "an event without a model", message: '{"label":"a"}', outcome: { rejected: "missing_field" } },
  ])("gives the line that its field holds: $what", ({ message, outcome }) => {
    const text = `${JSON.stringify({ "@timestamp": outerTime, message, log: { offset: 1 } })}\n`;
    expect(carried(text + text)).toMatchObject([outcome, outcome]);
  });

  test.each([
    { text: '{"log":"x"}', outcome: { skipped: "wrapper" } },
    { text: '{"message":""}', outcome: undefined },
    { text: '{"message":"x"', outcome: { rejected: "bad_wrapper", detail: "the JSON object is incomplete" } },
    { text: "plain text", outcome: { rejected: "bad_wrapper", detail: /^expected a JSON object/u } },
  ])("tells a line without one from one that is damaged: $text", ({ text, outcome }) => {
    const [seen, ...more] = carried(`${text}\n`);
    expect(more).toEqual([]);
    if (outcome === undefined) expect(seen).toBeUndefined();
    else if (typeof outcome.detail !== "object") expect(seen).toMatchObject(outcome);
    else expect(seen).toMatchObject({ ...outcome, detail: expect.stringMatching(outcome.detail) });
  });
});

/** Two lines in pieces, of which the first file has the beginnings and the second the ends. */
const parted = {
  cri: {
    first: cri("P", line.slice(0, 5)) + cri("P", '{"model":"err', "stderr") + cri("P", line.slice(5, 9)),
    second: cri("F", '","label":"b"}', "stderr") + cri("F", line.slice(9)),
  },
  docker: {
    first: docker(line.slice(0, 5)) + docker('{"model":"err', "stderr") + docker(line.slice(5, 9)),
    second: docker('","label":"b"}\n', "stderr") + docker(`${line.slice(9)}\n`),
  },
};

describe.each([
  { word: "cri", parts: parted.cri },
  { word: "docker", parts: parted.docker },
  { word: "auto", parts: parted.cri },
  { word: "auto", parts: parted.docker },
] as const)("what waits in a reader of $word", ({ word, parts }) => {
  const whole = [
    { labels: ["err", "", ""], actual: "b" },
    { labels: ["m", "", ""], actual: "a" },
  ];

  test("a partial line is handed on to the reader of the next file, once", () => {
    const first = openDecoding(wrapped(word));
    first.read(parts.first);
    const next = openDecoding(wrapped(word), undefined, first.reader.handOn());
    expect(next.read(parts.second)).toMatchObject(whole);
    expect([first.reader.save(), first.reader.handOn()]).toEqual([undefined, undefined]);
    expect(openDecoding(wrapped(word), undefined, first.reader.handOn()).read(parts.second)).toMatchObject([
      { rejected: "malformed" },
      { rejected: "malformed" },
    ]);
  });

  test("a partial line is handed on through files without its end", () => {
    let left = openDecoding(wrapped(word)).reader.handOn();
    for (const piece of parts.first.trim().split("\n")) {
      const { read, reader } = openDecoding(wrapped(word), undefined, left);
      read(`${piece}\n`);
      left = reader.handOn();
    }
    expect(openDecoding(wrapped(word), undefined, left).read(parts.second)).toMatchObject(whole);
  });
});

/** Lines of a container's two streams, each whole or in pieces, mixed. */
const mixed = (word: "cri" | "docker"): fc.Arbitrary<string[]> => {
  const logged = fc.record({
    text: fc.constantFrom(line, '{"model":"other","label":"b"}', "no event", ""),
    cuts: fc.array(fc.nat({ max: 30 }), { maxLength: 4 }),
    before: fc.nat({ max: 3 }),
  });
  const piecesOf = ({ text, cuts }: { text: string; cuts: number[] }, stream: string): string[] => {
    const at = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length];
    return at.slice(1).map((end, index) => {
      const [part, isLast] = [text.slice(at[index], end), index === at.length - 2];
      return word === "cri" ? cri(isLast ? "F" : "P", part, stream) : docker(isLast ? `${part}\n` : part, stream);
    });
  };
  return fc.tuple(fc.array(logged, { maxLength: 8 }), fc.array(logged, { maxLength: 8 })).map(([out, err]) => {
    const [left, right] = [
      out.flatMap((each) => piecesOf(each, "stdout")),
      err.flatMap((each) => piecesOf(each, "stderr")),
    ];
    const steps = [...out, ...err].flatMap(({ before }) =>
      Array.from({ length: before + 1 }, (_step, index) => index % 2),
    );
    const lines = steps.flatMap((side) => (side === 0 ? left : right).splice(0, 1));
    return [...lines, ...left, ...right];
  });
};

test.each([
  { word: "cri", wrapper: "cri" },
  { word: "docker", wrapper: "docker" },
  { word: "cri", wrapper: "auto" },
  { word: "docker", wrapper: "auto" },
] as const)(
  "after a restart at any line, pieces of $word lines are read back from the file, as $wrapper, and nothing counts twice",
  ({ word, wrapper }) => {
    fc.assert(
      fc.property(mixed(word), fc.nat(), (lines, at) => {
        const file = Buffer.from(lines.join(""));
        const cut = Buffer.byteLength(lines.slice(0, at % (lines.length + 1)).join(""));
        const before = openDecoding(wrapped(wrapper));
        before.reader.read(file, 0, cut, 0);
        const saved = before.reader.save();
        expect(JSON.stringify(saved ?? {}).length).toBeLessThan(50);
        const after = openDecoding(wrapped(wrapper), undefined, saved);
        expect(after.reader.save()).toEqual(saved);
        const from = after.reader.recallFrom;
        if (from !== undefined) {
          // An attempt that does not come to its end leaves nothing.
          after.reader.recall?.(file, from, file.indexOf("\n", from) + 1, from);
          after.reader.recall?.(file, from, cut, from);
          after.reader.recalled?.(true);
        }
        expect(after.reader.save()).toEqual(saved);
        after.reader.read(file, cut, file.length, cut);
        expect([...before.outcomes, ...after.outcomes]).toEqual(decodeAll(wrapped(wrapper), file));
      }),
    );
  },
);

test("pieces that cannot be read back are lines that are lost", () => {
  const { reader } = openDecoding(wrapped("cri"));
  const bytes = Buffer.from(parted.cri.first);
  reader.read(bytes, 0, bytes.length, 1000);
  const again = openDecoding(wrapped("cri"), undefined, reader.save());
  again.reader.recalled?.(false);
  expect(again.outcomes).toMatchObject([{ rejected: "line_lost" }, { rejected: "line_lost" }]);
  expect([again.reader.save(), again.reader.isWaiting]).toEqual([undefined, false]);
});

test("unfinished lines of all files share a budget: the longest one gives way, is told once, and its rest is no line", () => {
  const budget = new LineBudget(40_000);
  const [long, short] = [1, 2].map(() => openDecoding(wrapped("cri"), undefined, undefined, budget));
  short?.read(cri("P", line.slice(0, 9)));
  for (let piece = 0; piece < 100; piece++) long?.read(cri("P", "x".repeat(5000)));
  expect(budget.bytes).toBeLessThan(40_000);
  short?.read(cri("F", line.slice(9)));
  long?.read(cri("F", line) + cri("F", line));
  expect(short?.outcomes).toMatchObject([{ actual: "a" }]);
  expect(long?.outcomes).toMatchObject([{ rejected: "line_too_long" }, { actual: "a" }]);
  expect(budget.bytes).toBe(0);
});

test("an unfinished record of a CSV gives way as well, and the lines after it are read as they stand", () => {
  const budget = new LineBudget(40_000);
  const csv = openDecoding({ ...jsonOptions, format: { kind: "csv", multiline: true } }, undefined, undefined, budget);
  csv.read(`model,label\n"m\n${"x\n".repeat(30_000)}`);
  csv.read("m,a\n");
  expect(csv.outcomes.filter((one) => "rejected" in one && one.rejected === "line_too_long")).toHaveLength(1);
  expect(csv.outcomes.at(-1)).toMatchObject({ actual: "a" });
});

describe("a line in pieces that has had no end for a minute", () => {
  let now = 0;
  const begin = (): ReturnType<typeof openDecoding> => {
    now = 0;
    const decoding = openDecoding(wrapped("cri"), undefined, undefined, new LineBudget(1e6, () => now));
    decoding.read(cri("P", "begin"));
    now = 59_999;
    expect(decoding.reader.expire?.()).toBe(false);
    return decoding;
  };

  test("is let go and told; what comes then is another line", () => {
    const { reader, read, outcomes } = begin();
    now = 60_000;
    expect([reader.expire?.(), reader.expire?.(), reader.isWaiting, reader.save()]).toEqual([
      true,
      false,
      false,
      undefined,
    ]);
    read(cri("F", line));
    expect(outcomes).toMatchObject([{ rejected: "line_lost", line: "begin" }, { actual: "a" }]);
  });

  test("is passed over to its end while it goes on, over a restart too", () => {
    const { reader, read, outcomes } = begin();
    read(cri("P", "more"));
    now = 60_000;
    expect(reader.expire?.()).toBe(true);
    const again = openDecoding(wrapped("cri"), undefined, reader.save());
    for (const each of [{ read, outcomes }, again]) {
      each.read(cri("P", "and more") + cri("F", line) + cri("F", line));
      expect(each.outcomes.filter((one) => "actual" in one)).toHaveLength(1);
    }
    expect(outcomes).toHaveLength(2);
  });
});

test("a header is not handed on: it is the file's own", () => {
  const { read, reader } = openDecoding({ ...jsonOptions, format: { kind: "csv" } });
  read("model,label\n");
  expect([reader.save(), reader.handOn()]).toEqual([expect.anything(), undefined]);
});

test.each([
  "hello",
  line,
  `2026-01-01 stdout F ${line}`,
  `${outerTime} stdin F ${line}`,
  `${outerTime} stdout X ${line}`,
  `${outerTime} stdout`,
  `2026-13-01T00:00:00Z stdout F ${line}`,
])("%s has no CRI wrapper", (text) => {
  const seen = decodeAll(wrapped("cri"), `${text}\n${cri("F", line)}`);
  expect(seen).toMatchObject([{ rejected: "bad_wrapper", line: text }, { actual: "a" }]);
});

describe.each(["docker", "auto"] as const)("Docker's wrapper, as %s", (word) => {
  test("Docker's wrapper gives its time where no time field is configured", () => {
    expect(decodeAll(wrapped(word), docker(`${line}\n`))).toEqual([{ ...untimed, time: outerMs }]);
    expect(decodeAll({ ...jsonOptions, wrapper: word }, docker(`${line}\n`))).toEqual([{ ...untimed, time: NaN }]);
  });

  test("Docker's wrapper joins entries without a line end with the next of their stream", () => {
    const text = [
      docker(line.slice(0, 5)),
      docker('{"model":"err', "stderr"),
      docker(line.slice(5, 10)),
      docker('","label":"b"}\n', "stderr"),
      docker(`${line.slice(10)}\r\n`),
      docker(`${line}\n`),
    ];
    expect(decodeAll(wrapped(word), text.join(""))).toMatchObject([
      { labels: ["err", "", ""], actual: "b" },
      { labels: ["m", "", ""], actual: "a" },
      { labels: ["m", "", ""], actual: "a" },
    ]);
  });

  test("Docker's wrapper takes a whole object without a line end for what it is: the last line of a program that ended", () => {
    expect(decodeAll(wrapped(word), docker(line) + docker(line) + docker("\n"))).toHaveLength(2);
  });

  test("Docker's wrapper reads letters past ASCII, escapes within escapes, and several lines in one entry", () => {
    const one = '{"model":"é \\"\\u20ac\\" \\\\ 😀","label":"a"}';
    const seen = decodeAll(wrapped(word), docker(`${one}\n${line}\n`));
    expect(seen).toMatchObject([{ labels: ['é "€" \\ 😀', "", ""] }, { labels: ["m", "", ""] }]);
  });

  test("Docker's wrapper rejects what was inside by its own reason", () => {
    const seen = decodeAll(wrapped(word), docker("hello\n") + docker(`${line}\n`) + docker('{"model":"m"}\n'));
    expect(seen).toMatchObject([
      { rejected: "malformed", line: "hello" },
      { actual: "a" },
      { rejected: "missing_field", line: '{"model":"m"}' },
    ]);
  });
});

test.each([
  "hello",
  line,
  '{"log":"x\\n","stream":"stdout"',
  '{"log":1,"stream":"stdout"}',
  docker(`${line}\n`, "stdout", "x").trim(),
])("%s has no Docker wrapper", (text) => {
  const seen = decodeAll(wrapped("docker"), `${text}\n${docker(`${line}\n`)}`);
  expect(seen).toMatchObject([{ rejected: "bad_wrapper", line: text }, { actual: "a" }]);
});

test("auto takes an event that has a log field of its own, or other dates before it, for the program's line", () => {
  const own = [
    '{"model":"m","label":"a","log":"x"}',
    '{"model":"m","label":"a","log":{},"stream":"stdout","time":"x"}',
  ];
  const text = [...own, line, "2026-01-01T00:00:00Z stdout is F", ""].join("\n") + cri("F", line) + docker(`${line}\n`);
  expect(decodeAll(wrapped("auto"), text)).toMatchObject([
    { actual: "a", time: NaN },
    { actual: "a", time: NaN },
    { actual: "a", time: NaN },
    { rejected: "malformed" },
    { actual: "a", time: outerMs },
    { actual: "a", time: outerMs },
  ]);
});
