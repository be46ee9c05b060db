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
import { formLog, formRows, idIn, labelLog, type Form } from "./form.ts";
import { formsPage } from "./page.ts";
import { unreadableForms, type UnreadableForm } from "./unreadable.ts";

const forms = formGroups
  .flatMap((group) => group.forms)
  .map((form, index) => {
    // Ids of one form are not those of another, as they would be with a join.
    const rows = formRows(form.rows).map((row) => ({ ...row, id: `${row.id}-${index}` }));
    return { ...form, log: formLog(form, rows) };
  });
const ofOneLog = forms.filter(({ labels }) => labels === undefined);
const ofTwoLogs = forms.filter(({ labels }) => labels !== undefined);

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

test.each(ofOneLog)("$name: each row is read back with its classes, its tag, its id and its time", (form) => {
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

  const ids = rowsOf.flatMap((rows = []) => rows.map((_row, index) => idIn(form, rows, index)));
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

const dir = tempDir();

/** Replays forms in one config, each as its user writes it, with a label that tells it from the others. */
async function replayAll(given: typeof forms, rest: object): Promise<{ report: Report; complaints: string }> {
  const files: string[] = [];
  const write = (path: string, lines: readonly string[]): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${lines.join("\n")}\n`);
    files.push(path);
  };
  const sources = given.flatMap((form) => {
    const { name, source, labels, file, log } = form;
    const folder = join(dir, String(forms.indexOf(form)));
    const placed = (of: SourceInput) => ({ ...of, files: (of.files ?? []).map((glob) => join(folder, glob)) });
    const fields = source.fields ?? { model: "model", version: "version", id: "request_id", time: "ts" };
    write(join(folder, file), log.lines);
    if (labels !== undefined) write(join(folder, labels.file), labelLog(form, log));
    return [
      { ...placed(source), name, fields: { ...fields, labels: { form: { value: name } } } },
      ...(labels === undefined ? [] : [{ ...placed(labels.source), name: `labels of ${name}` }]),
    ];
  });
  const config = join(dir, "config.json");
  writeFileSync(config, JSON.stringify({ sources, windows: ["24h", { last: 100 }], ...rest }));
  const ended = await run(["replay", "--json", "--config", config, ...files]);
  return { report: JSON.parse(ended.stdout) as Report, complaints: ended.stderr };
}

let one: Awaited<ReturnType<typeof replayAll>> | undefined;
let two: typeof one;
beforeAll(async () => {
  one = await replayAll(ofOneLog, {});
  two = await replayAll(ofTwoLogs, { join: {} });
});

test.each(forms)("$name: replay gives scikit-learn's figures of the same rows", ({ name, rows, tag }) => {
  const tags = [one, two]
    .flatMap((replayed) => replayed?.report.tags ?? [])
    .filter(({ labels }) => labels["form"] === name);
  expect(tags.map(({ labels }) => labels)).toEqual([{ ...tag, form: name }]);
  const { all, lastRows } = goldenFigures(rows);
  expectFigures(tags[0]?.windows, [all, lastRows]);
});

test("the logs of all forms are read to their last line, but for those that are no events", () => {
  const skipped: Record<string, number> = {};
  let accepted = 0;
  for (const { others, log } of ofOneLog) {
    accepted += log.rowsOf.filter((rows) => rows !== undefined).length;
    if (others !== undefined) skipped[others.skipped] = (skipped[others.skipped] ?? 0) + others.lines.length;
  }
  expect(one?.complaints).not.toMatch(/rejected|dropped/u);
  expect(two?.complaints).not.toMatch(/rejected|dropped/u);
  const others = Object.values(skipped).reduce((sum, count) => sum + count, 0);
  expect(one?.report.lines).toEqual({ read: accepted + others, accepted, rejected: {}, skipped });
  expect(two?.report.lines).toMatchObject({ rejected: {}, skipped: {} });
});

test("no regular expression of the forms needs RE2, which is a hundred times as slow", () => {
  const formats = ofOneLog.map(({ name, source }) => ({ name, format: decodeOptions(source).format }));
  const slow = formats.filter(({ format }) => format.kind === "regex" && format.pattern.engine !== "V8");
  expect(slow.map(({ name }) => name)).toEqual([]);
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
