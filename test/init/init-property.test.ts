import { expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import { tempDir } from "../support/temp.ts";
import { replayed } from "./proposing.ts";

const dir = tempDir();

/** An outcome, as a program logs it. */
interface Row {
  readonly predicted: number;
  readonly actual: number;
  readonly feature: number;
}

const classLists = [
  ["spam", "ham"],
  ["0", "1"],
  ["true", "false"],
  ["setosa", "versicolor", "virginica"],
  ["grün", "gelb", "rot", "blau"],
  ["10", "20", "30", "40", "50"],
] as const;
const predictedNames = ["prediction", "pred", "y_hat", "predicted_class", "modelOutput", "yPred"] as const;
const actualNames = ["label", "truth", "y_true", "actual", "target", "ground_truth", "groundTruth"] as const;

type Fields = Readonly<Record<string, string | number | boolean>>;
const asJson = (value: string): string | number | boolean =>
  value === "true" || value === "false" ? value === "true" : /^\d+$/u.test(value) ? Number(value) : value;

/** Writers of a line of fields. */
const formats = {
  json: (fields: Fields) => JSON.stringify(fields),
  nested: (fields: Fields) => JSON.stringify({ level: "info", event: { name: "scored", body: fields } }),
  packed: (fields: Fields) => JSON.stringify({ severity: "INFO", payload: JSON.stringify(fields) }),
  logfmt: (fields: Fields) =>
    Object.entries(fields)
      .map(([key, value]) => `${key}=${value}`)
      .join(" "),
  csv: (fields: Fields) => Object.values(fields).join(","),
  text: (fields: Fields) =>
    `2026-02-03 04:05:06,789 INFO scorer: ${Object.entries(fields)
      .map(([key, value]) => `${key}=${value}`)
      .join(" ")}`,
  "text with JSON": (fields: Fields) => `2026-02-03 04:05:06,789 INFO scorer: ${JSON.stringify(fields)}`,
} as const;
const carriers = {
  none: (line: string) => line,
  cri: (line: string) => `2026-02-03T04:05:06.789Z stdout F ${line}`,
  docker: (line: string) => JSON.stringify({ log: `${line}\n`, stream: "stdout", time: "2026-02-03T04:05:06.789Z" }),
  filebeat: (line: string) => JSON.stringify({ "@metadata": { beat: "filebeat" }, message: line }),
} as const;

const rows = fc.array(fc.record({ predicted: fc.nat(), actual: fc.nat(), isRight: fc.nat(9), feature: fc.nat(9999) }), {
  minLength: 40,
  maxLength: 120,
});

test("whatever log is written of a model that is mostly right, replay gives its confusion matrix under the proposed config", async () => {
  let run = 0;
  const examples = fc.record({
    classes: fc.constantFrom(...classLists),
    predicted: fc.constantFrom(...predictedNames),
    actual: fc.constantFrom(...actualNames),
    format: fc.constantFrom<(keyof typeof formats)[]>(...(Object.keys(formats) as (keyof typeof formats)[])),
    carrier: fc.constantFrom<(keyof typeof carriers)[]>(...(Object.keys(carriers) as (keyof typeof carriers)[])),
    isFirst: fc.boolean(),
    rows,
  });
  await fc.assert(
    fc.asyncProperty(examples, async ({ classes, predicted, actual, format, carrier, isFirst, rows: given }) => {
      const outcomes: readonly Row[] = given.map((row, at) => {
        // Each class stands on both sides.
        const label = at < classes.length ? at : row.actual % classes.length;
        const isRight = at < classes.length || row.isRight > 1;
        return { predicted: isRight ? label : row.predicted % classes.length, actual: label, feature: row.feature };
      });
      const fields = outcomes.map((row, at) => {
        const value = (of: number): string | number | boolean => asJson(classes[of] ?? "");
        const sides = isFirst
          ? { [predicted]: value(row.predicted), [actual]: value(row.actual) }
          : { [actual]: value(row.actual), [predicted]: value(row.predicted) };
        return { request_id: `r-${at}`, amount: row.feature + 0.25, tier: at % 3 === 0 ? "gold" : "tin", ...sides };
      });
      // What only JSON can be is carried by a JSON object whose other lines are skipped.
      const carry = carriers[format === "csv" || (carrier === "filebeat" && format !== "json") ? "none" : carrier];
      const lines = fields.map((one) => carry(formats[format](one)));
      const head = format === "csv" ? [Object.keys(fields[0] ?? {}).join(",")] : [];
      const file = `/logs/${run++}.log`;
      const { result } = await replayed([{ file, lines: [...head, ...lines] }], dir);
      const [widest] = result.tags[0]?.windows ?? [];
      const names = widest?.classes ?? [];
      const matrix = names.map((name) =>
        names.map(
          (other) => outcomes.filter((row) => classes[row.actual] === name && classes[row.predicted] === other).length,
        ),
      );
      expect(result.lines.rejected).toEqual({});
      expect([...names].sort()).toEqual([...classes].sort());
      expect(widest?.confusion).toEqual(matrix);
    }),
    { numRuns: 40 },
  );
});
