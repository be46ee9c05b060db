import fc from "../support/property.ts";

/** A JSON value as it is written: keys may come twice, strings know how they are escaped. */
export type Written = string;

const space = fc.constantFrom("", "", "", " ", "\t", "  ", "\r");
const character = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...("abcde0123456789-_. ".match(/./gu) ?? [])) },
  { weight: 2, arbitrary: fc.constantFrom("\\n", '\\"', "\\\\", "\\/", "\\t", "\\b", "\\u0065", "\\u00e9", "\\u20AC") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("\\ud83d\\ude00", "\\ud83d", "\\udc00", "\\u0000", "\\ud83dx", "\\ud800\\n"),
  },
  { weight: 1, arbitrary: fc.constantFrom("é", "€", "😀", "\u007f", "\u2028") },
);
const string = fc.array(character, { maxLength: 12 }).map((parts) => `"${parts.join("")}"`);
const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.constantFrom("0", "-0", "1.0", "1e0", "1E+2", "0.10", "1e400", "-1.5e-7", "123456789012345", "1767225600"),
);
/** What Python's `json` writes for numbers that JSON does not have, and what comes close. */
const bareWord = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("NaN", "Infinity", "-Infinity") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("Nan", "+Infinity", "-NaN", "Inf", ".5", "nan", "NaN1", "Infinity0", '"NaN"'),
  },
);
/** Anything that is neither object nor array. */
const scalar: fc.Arbitrary<Written> = fc.oneof(
  string,
  number,
  fc.constantFrom("true", "false", "null", '""'),
  bareWord,
);

const wantedKey = fc.constantFrom(
  ...["model", "version", "meta", "region", "meta.region", "prediction", "label", "request_id", "ts"].map(quote),
  '"mod\\u0065l"',
  '"\\u0070rediction"',
  '"__proto__"',
);

const { value } = fc.letrec<{ value: Written; object: Written; array: Written }>((tie) => ({
  value: fc.oneof({ depthSize: "small", withCrossShrink: true }, scalar, tie("object"), tie("array")),
  object: fc
    .array(fc.tuple(space, fc.oneof(wantedKey, string), space, space, tie("value"), space), { maxLength: 5 })
    .map((members) => `{${members.map(([a, key, b, c, v, d]) => `${a}${key}${b}:${c}${v}${d}`).join(",")}}`),
  array: fc
    .array(fc.tuple(space, tie("value"), space), { maxLength: 4 })
    .map((elements) => `[${elements.map((parts) => parts.join("")).join(",")}]`),
}));

/** A document that mostly is a whole event, its keys in any order, with strangers among them. */
export const eventDocument: fc.Arbitrary<Written> = fc
  .record({
    known: fc.record({
      model: fc.oneof(string, fc.constant('"fraud"')),
      prediction: fc.oneof(scalar, value),
      label: fc.oneof(scalar, value),
      request_id: fc.oneof(string, value),
      ts: fc.oneof(fc.nat().map(String), fc.constantFrom("1767225600.25", "null", "[]")),
      meta: fc.oneof(
        string.map((region) => `{"region":${region}}`),
        value,
      ),
    }),
    others: fc.array(fc.tuple(fc.oneof(wantedKey, string), value), { maxLength: 3 }),
    left: fc.subarray([0, 1, 2, 3, 4, 5], { minLength: 4 }),
    turn: fc.nat(9),
    gap: space,
  })
  .map(({ known, others, left, turn, gap }) => {
    const members = Object.entries(known)
      .filter((_, index) => left.includes(index))
      .map(([key, written]) => `${quote(key)}:${gap}${written}`);
    members.splice(turn % (members.length + 1), 0, ...others.map(([key, written]) => `${key}${gap}:${written}`));
    return `${gap}{${members.join(`,${gap}`)}}${gap}`;
  });

/** Any JSON document at all. */
export const anyDocument: fc.Arbitrary<Written> = value;

/** A member of an object with a place (`@`) for a scalar: some make void what an equal key said before them. */
const member = fc.oneof(
  { weight: 4, arbitrary: fc.oneof(wantedKey, string).map((key) => `${key}:@`) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '"meta":{"region":@}',
      '"meta":{"region":@,"list":[@,{}]}',
      '"meta":{"other":@}',
      '"meta":{}',
      '"meta":[@,"region"]',
      '"meta.region":@',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('"version":{"x":@}', '"version":[]', '"x":[[],[@]]') },
);

/** Documents of one shape: the same keys in the same order with other scalars, as a program writes them. */
export const sameShape: fc.Arbitrary<Written[]> = fc
  .record({
    members: fc.array(member, { maxLength: 7 }),
    rows: fc.array(fc.array(scalar, { minLength: 16, maxLength: 16 }), { minLength: 3, maxLength: 8 }),
    last: fc.constantFrom('"label":"legit"', '"label":@'),
  })
  .map(({ members, rows, last }) =>
    rows.map((row) => {
      let next = 0;
      const shape = ['"model":"fraud"', ...members, last].join(",");
      return `{${shape.replace(/@/gu, () => row[next++] ?? "0")}}`;
    }),
  );

/** A change of some bytes of a document: most of them break it, some do not. */
export const mutation = fc.record({
  kind: fc.constantFrom("flip", "insert", "delete", "cut"),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('{}[]:,"\\ \t0123456789eE+-.truefalsnNIity'))),
});

/** The document's bytes after the change. */
export function mutate(document: Buffer, { kind, at, byte }: { kind: string; at: number; byte: number }): Buffer {
  const place = Math.floor(at * document.length);
  const head = document.subarray(0, place);
  if (kind === "cut") return Buffer.from(head);
  if (kind === "insert") return Buffer.concat([head, Buffer.of(byte), document.subarray(place)]);
  return Buffer.concat([head, kind === "flip" ? Buffer.of(byte) : Buffer.of(), document.subarray(place + 1)]);
}

function quote(key: string): string {
  return `"${key}"`;
}
