import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { SourceInput } from "../../src/config/input-types.ts";
import { parseConfig } from "../../src/config/parse.ts";
import type { DecodeOptions } from "../../src/decode/options.ts";
import { openDecoding, type Outcome } from "../decode/decoding.ts";
import { run } from "../support/daemon.ts";
import { expectFigures, goldenFigures } from "../support/golden.ts";
import { tempDir } from "../support/temp.ts";
import { formGroups } from "./all-forms.ts";
import { readRepositoryFile } from "../support/repository.ts";
import { formLog, formRows, type Form } from "./form.ts";
import { formsPage } from "./page.ts";
import { unreadableForms, type UnreadableForm } from "./unreadable.ts";

const forms = formGroups
  .flatMap((group) => group.forms)
  .map((form) => ({ ...form, log: formLog(form, formRows(form.rows)) }));

function decodeOptions(source: SourceInput): DecodeOptions {
  const decode = parseConfig({ sources: [source] }, "/etc/config.json", {}).sources[0]?.decode;
  if (decode === undefined) throw new Error("no source");
  return decode;
}

/** The outcomes of lines under a source; an id is read from lines of one side alone, as those that are joined. */
function readBack({ source, file }: Form, lines: readonly string[], isJoined: boolean): readonly Outcome[] {
  const decode = decodeOptions(source);
  const fields = isJoined ? { ...decode.fields, actual: undefined } : decode.fields;
  return openDecoding({ ...decode, fields }, { path: file }).read(`${lines.join("\n")}\n`);
}

test.each(forms)("$name: each row is read back with its classes, its tag, its id and its time", (form) => {
  const { lines, rowsOf } = form.log;
  const { id, time } = form.source.fields ?? { id: "request_id", time: "ts" };
  const tag = Object.values(form.tag);
  const expected = rowsOf.flatMap((rows = []) =>
    rows.map(({ predicted, actual, at }) => ({
      predicted,
      actual,
      labels: tag,
      second: time === undefined ? undefined : Math.floor((rows[0]?.at ?? at) / 1000),
    })),
  );
  const seen = readBack(form, lines, false).flatMap((outcome): unknown[] => {
    if ("skipped" in outcome) return [];
    if ("rejected" in outcome) return [outcome];
    const { predicted, actual, labels } = outcome;
    // Whoever counts skips it.
    if (actual === undefined) return [];
    const second = time === undefined ? undefined : Math.floor(outcome.time / 1000);
    return [{ predicted, actual, labels, second }];
  });
  expect(seen).toEqual(expected);

  const isBatch = "batch" in form.writes;
  const ids = rowsOf.flatMap((rows = []) => rows.map((row, k) => (isBatch ? `${rows[0]?.id ?? ""}#${k}` : row.id)));
  const events = lines.filter((line, index) => rowsOf[index] !== undefined || line === form.head);
  const seenIds = readBack(form, events, true).map((outcome) => ("id" in outcome ? outcome.id : outcome));
  expect(seenIds).toEqual(id === undefined ? ids.map(() => undefined) : ids);
});

interface Report {
  readonly tags: readonly { readonly labels: Record<string, string>; readonly windows: readonly unknown[] }[];
  readonly lines: {
    readonly read: number;
    readonly accepted: number;
    readonly rejected: object;
    readonly skipped: object;
  };
}

let report: Report | undefined;
let complaints = "";
const dir = tempDir();

// All in one config: each as its user writes it, with a label that tells it from the others.
beforeAll(async () => {
  const folder = (index: number): string => join(dir, String(index));
  const files = forms.map(({ file, log }, index) => {
    const path = join(folder(index), file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${log.lines.join("\n")}\n`);
    return path;
  });
  const sources = forms.map(({ source }, index) => ({
    ...source,
    name: String(index),
    files: source.files.map((glob) => join(folder(index), glob)),
    fields: {
      ...(source.fields ?? { model: "model", version: "version", id: "request_id", time: "ts" }),
      labels: { form: { value: String(index) } },
    },
  }));
  const config = join(dir, "config.json");
  writeFileSync(config, JSON.stringify({ sources, windows: ["24h", { last: 100 }] }));
  const ended = await run(["replay", "--json", "--config", config, ...files]);
  complaints = ended.stderr;
  report = JSON.parse(ended.stdout) as Report;
});

test.each(forms.map(({ name, rows, tag }, index) => ({ name, rows, tag, index })))(
  "$name: replay gives scikit-learn's figures of the same rows",
  ({ rows, tag, index }) => {
    const tags = report?.tags.filter(({ labels }) => labels["form"] === String(index)) ?? [];
    expect(tags.map(({ labels }) => labels)).toEqual([{ ...tag, form: String(index) }]);
    const { all, lastRows } = goldenFigures(rows);
    expectFigures(tags[0]?.windows, [all, lastRows]);
  },
);

test("the logs of all forms are read to their last line, but for those that are no events", () => {
  const skipped: Record<string, number> = {};
  let accepted = 0;
  for (const { others, log } of forms) {
    accepted += log.rowsOf.filter((rows) => rows !== undefined).length;
    if (others !== undefined) skipped[others.skipped] = (skipped[others.skipped] ?? 0) + others.lines.length;
  }
  expect(complaints).not.toMatch(/rejected|dropped/u);
  const others = Object.values(skipped).reduce((sum, count) => sum + count, 0);
  expect(report?.lines).toEqual({ read: accepted + others, accepted, rejected: {}, skipped });
});

/** What `replay` says of files, by path, each under a source of its own. */
async function complaintsOf(given: readonly UnreadableForm[], name: string): Promise<string> {
  const files = given.map((_form, index) => join(dir, `${name}-${index}`));
  const sources = given.map(({ source, content }, index) => {
    const path = files[index] ?? "";
    writeFileSync(path, content);
    return { ...source, name: String(index), files: [path] };
  });
  const config = join(dir, `${name}.config.json`);
  writeFileSync(config, JSON.stringify({ sources }));
  return (await run(["replay", "--config", config, ...files])).stderr;
}

describe("what cannot be read", () => {
  const rejected = unreadableForms.filter(({ isRefused }) => isRefused !== true);
  const refused = unreadableForms.filter(({ isRefused }) => isRefused === true);

  test("each line of a form that cannot be read is rejected with a reason, and the first reason tells what it is", async () => {
    const said = (await complaintsOf(rejected, "rejected")).split("\n");
    const first = rejected.map((_form, index) =>
      said.find((line) => line.startsWith(`  in ${dir}/rejected-${index}: `)),
    );
    expect(first).toEqual(rejected.map(({ says }): unknown => expect.stringContaining(says)));
  });

  test.each(refused)("a file of $name is refused by name", async (form) => {
    expect(await complaintsOf([form], "refused")).toContain(`refused-0 cannot be read: ${form.says}`);
  });
});

test("`npm run docs` leaves unchanged the page of the forms", async () => {
  expect(readRepositoryFile("docs/forms.md")).toBe(await formsPage());
});
