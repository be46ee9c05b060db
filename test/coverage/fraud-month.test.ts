import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { run } from "../support/daemon.ts";
import { readRepositoryFile } from "../support/repository.ts";
import { tempDir } from "../support/temp.ts";

const dir = tempDir();
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const begin = Date.UTC(2026, 0, 1);
const payments = (30 * day) / (3 * minute);
const end = begin + (payments - 1) * 3 * minute;

/** A share of [0, 1) that is always the same for a number and a purpose. */
function shareOf(n: number, purpose: number): number {
  let bits = Math.imul(n + 1, 0x9e3779b1) ^ Math.imul(purpose, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
}

/** A payment: what it is, what the model says, and after how long its label comes, if ever. */
interface Payment {
  readonly at: number;
  readonly truth: "fraud" | "legit";
  readonly said: "fraud" | "legit";
  readonly delay: number | undefined;
}

const month = Array.from({ length: payments }, (_one, n): Payment => {
  const truth = shareOf(n, 1) < 1 / 20 ? "fraud" : "legit";
  const said = shareOf(n, 2) < (truth === "fraud" ? 4 / 5 : 2 / 95) ? "fraud" : "legit";
  return { at: begin + n * 3 * minute, truth, said, delay: delayOf(n, truth, said) };
});

function delayOf(n: number, truth: string, said: string): number | undefined {
  const share = shareOf(n, 4);
  const isFirst = (of: number): boolean => shareOf(n, 3) < of;
  if (said === "fraud") return isFirst(1 / 2) ? share * 30 * minute : 20 * hour + share * 8 * hour;
  if (truth === "legit") return undefined;
  return isFirst(1 / 10) ? share * day : 8 * day + share * 12 * day;
}

const jsonLines = (lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join("");
const moment = (at: number): string => new Date(at).toISOString();
writeFileSync(
  join(dir, "predictions.jsonl"),
  jsonLines(month.map(({ at, said }, id) => ({ id, prediction: said, ts: moment(at) }))),
);
writeFileSync(
  join(dir, "labels.jsonl"),
  jsonLines(
    month
      .flatMap(({ at, truth, delay }, id) => (delay === undefined ? [] : [{ id, label: truth, at: at + delay }]))
      .filter(({ at }) => at <= end)
      .sort((a, b) => a.at - b.at)
      .map(({ id, label, at }) => ({ id, label, ts: moment(at) })),
  ),
);

/** Recall and precision of the class `fraud`, and accuracy, with three decimals. */
type Figures = readonly [recall: string, precision: string, accuracy: string];

/** What the exporter says on the last day. */
async function shown(window: unknown, settings: object): Promise<Figures> {
  const fields = { model: { value: "fraud" }, id: "id", time: "ts" };
  const config = {
    sources: [
      { files: ["predictions.jsonl"], fields: { ...fields, predicted: "prediction", actual: null } },
      { files: ["labels.jsonl"], fields: { ...fields, predicted: null, actual: "label" } },
    ],
    join: { placeAt: "prediction", ...settings },
    windows: [window],
  };
  writeFileSync(join(dir, "config.json"), JSON.stringify(config));
  const { stdout, code } = await run(
    ["replay", "--json", "--config", "config.json", "predictions.jsonl", "labels.jsonl"],
    { cwd: dir },
  );
  expect(code).toBe(0);
  const { tags } = JSON.parse(stdout) as {
    tags: { windows: { accuracy: number; perClass: { fraud: { recall: number; precision: number } } }[] }[];
  };
  const { accuracy, perClass } = tags[0]?.windows[0] ?? {
    accuracy: NaN,
    perClass: { fraud: { recall: NaN, precision: NaN } },
  };
  return texts(perClass.fraud.recall, perClass.fraud.precision, accuracy);
}

/** What is true of the window: of the panes that it holds. */
function truth(older: number): Figures {
  const pane = (7 * day) / 60;
  const last = Math.floor((end - older) / pane) * pane;
  const [from, to] = [last - 7 * day, older === 0 ? Number.POSITIVE_INFINITY : last];
  const inside = month.filter(({ at }) => at >= from && at < to);
  const counted = (of: (one: Payment) => boolean): number => inside.filter(of).length;
  const found = counted((one) => one.truth === "fraud" && one.said === "fraud");
  return texts(
    found / counted((one) => one.truth === "fraud"),
    found / counted((one) => one.said === "fraud"),
    counted((one) => one.truth === one.said) / inside.length,
  );
}

function texts(...[recall, precision, accuracy]: readonly [number, number, number]): Figures {
  return [recall.toFixed(3), precision.toFixed(3), accuracy.toFixed(3)];
}

/** The figures of the page, row by row. */
const page = [
  ...readRepositoryFile("docs/coverage.md").matchAll(/^\| .* \| (0\.\d{3}) \| (0\.\d{3}) \| (0\.\d{3}) \|$/gmu),
].map(([, ...figures]) => figures);

describe("a month of fraud whose labels come early where it was flagged, and late where it was missed", () => {
  test("gives the figures of docs/coverage.md, and those of matured predictions are true", async () => {
    const matured = await shown({ span: "7d", older: "21d" }, { within: "21d", absent: "legit" });
    expect(matured).toEqual(truth(21 * day));
    expect([
      await shown("7d", { within: "1h", absent: "legit" }),
      await shown("7d", { within: "21d" }),
      truth(0),
      matured,
      truth(21 * day),
    ]).toEqual(page);
  });
});
