import { describe, expect, test } from "@jest/globals";
import fc from "../support/property.ts";
import type { Config } from "../../src/config/config.ts";
import { parseConfig } from "../../src/config/parse.ts";
import { Problem } from "../../src/problem.ts";

function parse(value: unknown, env: NodeJS.ProcessEnv = {}): Config {
  return parseConfig(value, "/etc/mqe/model-quality.config.ts", env);
}

/** The only source of a config, as it is resolved. */
function source(value: object, env: NodeJS.ProcessEnv = {}): Config["sources"][number] {
  const [only] = parse({ sources: [{ files: ["a.jsonl"], ...value }] }, env).sources;
  if (only === undefined) throw new Error("no source");
  return only;
}

function faults(value: unknown): readonly string[] {
  try {
    parse(value);
    return [];
  } catch (error) {
    if (error instanceof Problem) return error.details;
    throw error;
  }
}

const path = (...keys: string[]): object => ({ kind: "path", path: keys });
const sources = [{ files: ["a.jsonl"] }];
/** A regular expression that V8 runs. */
const runs = (text: string): object => expect.objectContaining({ text, engine: "V8" });

test("a config of one source gets every default", () => {
  expect(parse({ sources })).toEqual({
    file: "/etc/mqe/model-quality.config.ts",
    given: { sources },
    sources: [
      {
        source: {
          name: "a.jsonl",
          selection: "",
          files: ["/etc/mqe/a.jsonl"],
          exclude: [],
          linkTargets: [],
          startAt: "beginning",
          watch: "auto",
          maxLineBytes: 1_048_576,
          maxFiles: 1000,
        },
        decode: {
          wrapper: "none",
          format: { kind: "json" },
          where: [],
          fields: {
            labels: [path("model"), path("version")],
            labelNames: ["model", "version"],
            predicted: path("prediction"),
            actual: path("label"),
            id: [path("request_id")],
            time: path("ts"),
          },
          maxValueBytes: 1024,
          maxLineBytes: 1_048_576,
        },
        silentAfter: 3600,
      },
    ],
    tagLabels: ["model", "version"],
    windows: [
      { kind: "time", label: "5m", ms: 300_000, panes: 60 },
      { kind: "time", label: "1h", ms: 3_600_000, panes: 60 },
      { kind: "time", label: "24h", ms: 86_400_000, panes: 60 },
      { kind: "last", label: "last_1000", size: 1000 },
    ],
    models: new Map(),
    teams: new Map(),
    receivers: new Map(),
    alerting: {
      defaultReceiver: undefined,
      groupWait: { word: "30s", ms: 30_000 },
      groupInterval: { word: "5m", ms: 300_000 },
      repeatInterval: { word: "4h", ms: 14_400_000 },
      runbookUrl: undefined,
      version: [0, 25],
      timeIntervals: new Map(),
    },
    prometheus: {
      targets: ["127.0.0.1:9877"],
      alertmanagers: ["127.0.0.1:9093"],
      scrapeInterval: { word: "15s", ms: 15_000 },
      evaluationInterval: { word: "15s", ms: 15_000 },
      version: [2, 42],
      replicas: "sharded",
    },
    kubernetes: {
      namespace: "models",
      version: [1, 29],
      image: undefined,
      labels: new Map(),
      container: "model",
      logVolumeSize: "1Gi",
      podLogs: undefined,
      receiversSecret: "model-quality-receivers",
      eventsSecret: "model-quality-events",
    },
    grafana: { url: undefined },
    statusPage: { url: undefined },
    influxdb: undefined,
    exposition: { confusion: "all" },
    extend: { ruleGroups: [], routes: [], changeRules: undefined },
    limits: {
      maxTags: 1000,
      maxTagsPerSource: 1000,
      maxFiles: 1000,
      maxClasses: 100,
      maxSeries: 1_000_000,
      maxLineBytes: 1_048_576,
      maxValueBytes: 1024,
      maxStateBytes: 268_435_456,
      futureToleranceMs: 60_000,
      tagIdleMs: 86_400_000,
    },
  });
});

describe("fields", () => {
  test("only model, predicted and actual have defaults beside given fields", () => {
    expect(source({ fields: { id: "meta.id" } }).decode.fields).toEqual({
      labels: [path("model")],
      labelNames: ["model"],
      predicted: path("prediction"),
      actual: path("label"),
      id: [path("meta", "id")],
      time: undefined,
    });
  });

  const unjoined = "alone gives no outcomes; add `join: {}` to the config, which joins them by id";
  test.each([
    {
      what: "labels alone",
      fields: { predicted: null, id: "id" },
      says: [`fields.predicted: a log of labels ${unjoined}`],
    },
    {
      what: "predictions alone",
      fields: { actual: null, id: "id" },
      says: [`fields.actual: a log of predictions ${unjoined}`],
    },
    {
      what: "neither",
      fields: { predicted: null, actual: null },
      says: ["fields: has neither predictions nor labels"],
    },
    {
      what: "no group for the label",
      format: { regex: "(?<model>\\S+) (?<prediction>\\S+)" },
      says: ['fields.actual: the regular expression has no group "label"; the groups are "model", "prediction"'],
    },
    {
      what: "no group for the prediction",
      format: { regex: "(?<model>\\S+) (?<label>\\S+)" },
      says: ['fields.predicted: the regular expression has no group "prediction"; the groups are "model", "label"'],
    },
    {
      what: "no column for the label",
      format: { csv: { columns: ["model", "prediction", "lable"] } },
      says: ['fields.actual: `columns` has no column "label"; did you mean "lable"?'],
    },
  ])("fields are refused with $what, since no line would count", ({ fields, format, says }) => {
    expect(faults({ sources: [{ files: ["a"], format, fields }] })).toEqual(says.map((text) => `sources[0].${text}`));
  });

  test.each([
    {
      what: "both sides from one field",
      fields: { predicted: "label" },
      says: "fields.predicted: is the field of `actual` too: each outcome would be right",
    },
    {
      what: "both sides from one field, spelt in two ways",
      fields: { predicted: '"meta".class', actual: "meta.class" },
      says: "fields.predicted: is the field of `actual` too: each outcome would be right",
    },
    {
      what: "both sides from the same word",
      fields: { predicted: { value: "1.0" }, actual: { value: 1 } },
      says: "fields.predicted: is the field of `actual` too: each outcome would be right",
    },
    {
      what: "both sides from the file's path",
      fields: { predicted: { file: "/(\\w+)\\.log" }, actual: { file: "/(\\w+)\\.log" } },
      says: "fields.predicted: is the field of `actual` too: each outcome would be right",
    },
    {
      what: "one class on both sides of the threshold",
      fields: { predicted: { score: "p", threshold: 0.5, below: "1.0", above: 1 } },
      says: "fields.predicted.above: is the class `below`: the score would decide nothing",
    },
  ])("fields are refused with $what", ({ fields, says }) => {
    expect(faults({ sources: [{ files: ["a"], fields }] })).toEqual([`sources[0].${says}`]);
  });

  test.each([
    { given: { value: "fraud" }, ref: { kind: "value", value: "fraud" } },
    { given: { value: 0 }, ref: { kind: "value", value: "0" } },
    { given: { value: false }, ref: { kind: "value", value: "false" } },
    { given: { env: "SET" }, ref: { kind: "value", value: "v3" } },
    { given: { env: "SET", default: "dev" }, ref: { kind: "value", value: "v3" } },
    { given: { env: "NOT_SET", default: "dev" }, ref: { kind: "value", value: "dev" } },
    { given: { env: "EMPTY", default: "dev" }, ref: { kind: "value", value: "dev" } },
    {
      given: { file: "/models/([^/]+)/" },
      ref: { kind: "file", pattern: runs("/\\/models\\/([^/]+)\\//u"), group: "version" },
    },
    {
      given: { file: "(?<version>v\\d)\\-" },
      ref: { kind: "file", pattern: runs("/(?<version>v\\d)\\-/"), group: "version" },
    },
  ])("fields take $given", ({ given, ref }) => {
    const env = { SET: "v3", EMPTY: "" };
    expect(source({ fields: { version: given } }, env).decode.fields.labels[1]).toEqual(ref);
  });

  test.each([
    { given: "meta.region", keys: ["meta", "region"] },
    { given: 'labels."truth.v"', keys: ["labels", "truth.v"] },
    { given: '"a.b".c', keys: ["a.b", "c"] },
    { given: '"a.b"."c.d"', keys: ["a.b", "c.d"] },
    { given: '"ml.model"', keys: ["ml.model"] },
    { given: '"say \\"a.b\\" \\\\"', keys: ['say "a.b" \\'] },
    { given: 'a"b.c"', keys: ['a"b', 'c"'] },
  ])("fields read the path $given", ({ given, keys }) => {
    const config = parse({ sources: [{ files: ["a"], fields: { actual: given, id: "id" } }] });
    expect(config.sources[0]?.decode.fields.actual).toEqual({ kind: "path", path: keys });
  });

  test.each(['a."b', '"a"b', 'a.""', '"a".', '"a\\n"', "a..b", ".a", ""])(
    "fields refuse %j, which is no path",
    (given) => {
      expect(faults({ sources: [{ files: ["a"], fields: { actual: given, id: "id" } }] })).toEqual([
        expect.stringMatching(/^sources\[0\]\.fields\.actual: expected a path like "meta\.region", got "/u),
      ]);
    },
  );

  test("fields take a score for the predicted class", () => {
    const predicted = { score: "p.fraud", threshold: 0.5, below: "0.0", above: true };
    expect(source({ fields: { predicted } }).decode.fields.predicted).toEqual({
      kind: "score",
      score: path("p", "fraud"),
      threshold: 0.5,
      below: "0",
      above: "true",
    });
  });

  test("fields of a regular expression are those of its groups when none are given", () => {
    const { fields, format } = source({
      format: { regex: "^(?<model>\\S+) (?<prediction>\\S+) (?<label>\\S+)" },
    }).decode;
    expect(format).toEqual({ kind: "regex", pattern: runs("/^(?<model>\\S+) (?<prediction>\\S+) (?<label>\\S+)/u") });
    expect(fields).toMatchObject({ labelNames: ["model"], id: [], time: undefined });
  });

  test("fields of CSV with columns are those of its columns when none are given", () => {
    const columns = ["model", "prediction", "label", "ts"];
    const { fields, format } = source({ format: { csv: { columns } } }).decode;
    expect(format).toEqual({ kind: "csv", delimiter: ",", columns, multiline: false });
    expect(fields).toMatchObject({ labelNames: ["model"], id: [], time: path("ts") });
  });

  test.each(["latin1", "gbk", "Shift_JIS", "windows-1251", "iso-2022-jp"])("the encoding %s is taken", (encoding) => {
    expect(source({ encoding }).decode).toMatchObject({ encoding });
  });

  test.each(["utf-8", "UTF8"])("the encoding %s is what logs have without one", (encoding) => {
    expect(source({ encoding }).decode.encoding).toBeUndefined();
  });

  const encodings = 'expected the name of an encoding like "latin1", "gbk" or "shift_jis"';
  test.each([
    { keys: { encoding: "latn1" }, says: `${encodings}, got "latn1"; did you mean "latin1"?` },
    { keys: { encoding: "shift-jis2" }, says: `${encodings}, got "shift-jis2"; did you mean "shift_jis"?` },
    { keys: { encoding: "none" }, says: `${encodings}, got "none"` },
    { keys: { encoding: 1252 }, says: `${encodings}, got 1252` },
    {
      keys: { encoding: "utf-16" },
      says: '"utf-16" is UTF-16, whose lines do not end with the byte 0x0a; write the log in UTF-8',
    },
    {
      keys: { encoding: "ucs-2" },
      says: '"ucs-2" is UTF-16, whose lines do not end with the byte 0x0a; write the log in UTF-8',
    },
    {
      keys: { encoding: "gbk", wrapper: "docker" },
      says: "the lines of this wrapper are JSON, which is UTF-8; leave `encoding` out",
    },
    {
      keys: { encoding: "gbk", wrapper: { path: "message" } },
      says: "the lines of this wrapper are JSON, which is UTF-8; leave `encoding` out",
    },
  ])("an encoding is refused: $keys", ({ keys, says }) => {
    expect(faults({ sources: [{ files: ["a"], ...keys }] })).toEqual([`sources[0].encoding: ${says}`]);
  });

  const formats = 'expected "json", "logfmt", "csv", { regex } or { csv }';
  test.each([
    { format: 1, says: `: ${formats}, got 1` },
    { format: { regexp: "x" }, says: `: ${formats}, got { regexp: 'x' }; did you mean "regex"?` },
    { format: { delimiter: ";" }, says: `: ${formats}, got { delimiter: ';' }` },
    { format: { csv: true }, says: ".csv: expected an object, got true" },
    { format: { csv: {}, regex: "x" }, says: '.regex: unknown key; the keys are "csv"' },
    {
      format: { csv: { delimiter: "\\t" } },
      says: String.raw`.csv.delimiter: expected ",", ";", "\t", "|" or "auto", got "\\t"; did you mean "\t"?`,
    },
    {
      format: { csv: { delimiter: ":" } },
      says: String.raw`.csv.delimiter: expected ",", ";", "\t", "|" or "auto", got ":"`,
    },
    { format: { csv: { multiline: "yes" } }, says: '.csv.multiline: expected true or false, got "yes"' },
    { format: { csv: { delimeter: ";" } }, says: '.csv.delimeter: unknown key; did you mean "delimiter"?' },
    { format: { csv: { columns: [] } }, says: ".csv.columns: expected at least one name" },
    { format: { csv: { columns: ["model", ""] } }, says: '.csv.columns[1]: expected a name, got ""' },
    { format: { csv: { columns: "model" } }, says: '.csv.columns: expected a list of names, got "model"' },
    { format: { csv: { columns: ["a", "b", "a"] } }, says: '.csv.columns[2]: "a" is already a column' },
    {
      format: { csv: { columns: ["a"], delimiter: "auto" } },
      says: '.csv.delimiter: "auto" looks at the header, which a log with `columns` need not have; name the delimiter',
    },
  ])("the format $format is refused", ({ format, says }) => {
    expect(faults({ sources: [{ files: ["a"], format }] })).toEqual([`sources[0].format${says}`]);
  });

  test.each(["Europe/Berlin", "UTC", "local"])("a time without an offset may be given the zone %s", (zone) => {
    const { fields } = source({ fields: { time: { path: "meta.at", zone } } }).decode;
    expect(fields.time).toEqual({ kind: "path", path: ["meta", "at"], zone });
  });

  test.each([
    {
      time: { path: "at", zone: "Europe/Berlln" },
      says: 'or "local", got "Europe/Berlln"; did you mean "Europe/Berlin"?',
    },
    {
      time: { path: "at", zone: "+02:00" },
      says: 'expected a time zone like "Europe/Berlin" or "local", got "+02:00"',
    },
    { time: { path: "a..b", zone: "UTC" }, says: 'expected a path like "meta.region", got "a..b"' },
    { time: { path: "at" }, says: 'expected a time zone like "Europe/Berlin" or "local"' },
    { time: { zone: "UTC" }, says: "expected a path" },
    { time: { path: "at", zone: "UTC", unit: "s" }, says: "unknown key" },
  ])("a time as $time is refused: $says", ({ time, says }) => {
    expect(() => source({ fields: { time } })).toThrow(
      expect.objectContaining({ text: expect.stringContaining(says) }),
    );
  });

  test("where takes values as they are written in a log, one or several for each path", () => {
    const where = { event: "prediction", "meta.level": ["info", 30], '"log.level"': true };
    expect(source({ where }).decode.where).toEqual([
      { path: ["event"], values: ["prediction"] },
      { path: ["meta", "level"], values: ["info", "30"] },
      { path: ["log.level"], values: ["true"] },
    ]);
  });

  test.each([
    { wrapper: { path: "message" }, keys: ["message"] },
    { wrapper: { path: 'payload."log.line"' }, keys: ["payload", "log.line"] },
  ])("a wrapper may be a field of JSON: $wrapper", ({ wrapper, keys }) => {
    expect(source({ wrapper }).decode.wrapper).toEqual({ path: keys });
  });

  test.each([
    { wrapper: "dockr", says: ': expected "none", "cri", "docker" or "auto", got "dockr"; did you mean "docker"?' },
    { wrapper: 1, says: ': expected "none", "cri", "docker", "auto" or { path }, got 1' },
    { wrapper: { path: "a..b" }, says: '.path: expected a path like "meta.region", got "a..b"' },
    { wrapper: { field: "message" }, says: ".field: unknown key" },
  ])("a wrapper $wrapper is refused", ({ wrapper, says }) => {
    expect(faults({ sources: [{ files: ["a"], wrapper }] })[0]).toContain(`sources[0].wrapper${says}`);
  });

  test("missing takes words, and classes by their number", () => {
    expect(source({ missing: ["nan", "None", -1, "0.0"] }).decode.missing).toEqual(new Set(["nan", "None", "-1", "0"]));
    expect(source({}).decode.missing).toBeUndefined();
  });

  test("a part of a value may be read where a field is, also beside a zone", () => {
    const id = ["inference_id", { path: "meta.id", match: "id-(.+)" }];
    const fields = { model: { path: "source", match: "endpoints/(?<model>[^/]+)" }, id };
    const time = { path: "text", match: "^(\\S+ \\S+)", zone: "UTC" };
    expect(source({ fields: { ...fields, time } }).decode.fields).toMatchObject({
      labels: [{ path: ["source"], part: { pattern: { text: "/endpoints\\/(?<model>[^/]+)/u" }, group: "model" } }],
      id: [path("inference_id"), { path: ["meta", "id"], part: { group: "id" } }],
      time: { path: ["text"], part: { group: "time" }, zone: "UTC" },
    });
    expect(source({ fields: { time: { path: "text", match: "(.+)" } } }).decode.fields.time).toMatchObject({
      part: { group: "time" },
    });
  });

  test.each([
    { key: "missing", given: "nan", says: '.missing: expected a list of words, got "nan"' },
    { key: "missing", given: [null], says: ".missing[0]: expected a text, a number, true or false, got null" },
    { key: "lines", given: ["a"], says: ".lines: expected a regular expression as text, got [ 'a' ]" },
    { key: "lines", given: "\\Apred=", says: /^\.lines: "\\\\A" is not supported in JavaScript/u },
    { key: "lines", given: "(?=(a+)+$)b", says: /^\.lines: may take too long: / },
  ])("$key $given is refused", ({ key, given, says }) => {
    expect(faults({ sources: [{ files: ["a"], [key]: given }] })).toEqual([
      typeof says === "string"
        ? `sources[0]${says}`
        : expect.stringMatching(new RegExp(`sources\\[0\\]${says.source.slice(1)}`, "u")),
    ]);
  });

  test.each([
    { field: { path: "source" }, says: ".match: missing; expected a regular expression as text" },
    { field: { match: "(a)" }, says: ".path: missing; expected a path" },
    {
      field: { path: "source", match: "endpoints" },
      says: '.match: expected a group around the part of the value, like "endpoints/([^/]+)"',
    },
    { field: { path: "a..b", match: "(a)" }, says: '.path: expected a path like "meta.region", got "a..b"' },
    { field: { path: "a", match: "(a)", group: 1 }, says: ".group: unknown key" },
  ])("a part $field is refused", ({ field, says }) => {
    expect(faults({ sources: [{ files: ["a"], fields: { model: field } }] })).toEqual([
      expect.stringContaining(`sources[0].fields.model${says}`),
    ]);
  });

  test("fields are refused with both sides from one group of one field", () => {
    const one = { path: "text", match: "class=(\\w+)" };
    const both = (actual: object): readonly string[] =>
      faults({ sources: [{ files: ["a"], fields: { predicted: one, actual } }] });
    expect(both({ path: "text", match: "truth=(\\w+)" })).toEqual([]);
    expect(both(one)).toEqual([expect.stringContaining("is the field of `actual` too")]);
  });

  const aValue = "expected a text, a number, true or false, or a list of them";
  test.each([
    { where: "event", says: ': expected an object of paths and values, like { event: "prediction" }, got "event"' },
    { where: { event: null }, says: `.event: ${aValue}, got null` },
    { where: { event: { is: "x" } }, says: `.event: ${aValue}, got { is: 'x' }` },
    { where: { event: [] }, says: ".event: expected at least one value" },
    { where: { event: ["a", null] }, says: ".event[1]: expected a text, a number, true or false, got null" },
    { where: { "a..b": 1 }, says: '["a..b"]: expected a path like "meta.region", got "a..b"' },
  ])("where $where is refused", ({ where, says }) => {
    expect(faults({ sources: [{ files: ["a"], where }] })).toEqual([`sources[0].where${says}`]);
  });

  test("where names groups of a regular expression", () => {
    const regex = "(?<model>\\S+) (?<prediction>\\S+) (?<label>\\S+) (?<level>\\S+)";
    const where = { levl: "info", label: "a" };
    expect(faults({ sources: [{ files: ["a"], format: { regex }, where }] })).toEqual([
      'sources[0].where.levl: the regular expression has no group "levl"; did you mean "level"?',
    ]);
  });

  test("fields of several sources make one list of labels, in which each source finds its own", () => {
    const config = parse({
      sources: [
        { files: ["a"], fields: { labels: { region: "r", tenant: "t" } } },
        { files: ["b"], fields: { version: "v", labels: { zone: "z", region: "x" } } },
      ],
    });
    expect(config.tagLabels).toEqual(["model", "version", "region", "tenant", "zone"]);
    expect(config.sources.map(({ decode }) => decode.fields.labels)).toEqual([
      [path("model"), undefined, path("r"), path("t"), undefined],
      [path("model"), path("v"), path("x"), undefined, path("z")],
    ]);
    for (const { decode } of config.sources) expect(decode.fields.labelNames).toBe(config.tagLabels);
  });

  test.each([
    ..."job instance le quantile window class average actual predicted age namespace pod container node".split(" "),
    ..."endpoint service severity team alertname __name__ __x exported_job".split(" "),
  ])("fields refuse %s as a label", (name) => {
    expect(faults({ sources: [{ files: ["a"], fields: { labels: { [name]: "x" } } }] })).toEqual([
      `sources[0].fields.labels.${name}: ${JSON.stringify(name)} is a reserved label name; choose another`,
    ]);
  });
});

const regex = "^(?<model>\\S+) (?<prediction>\\S+) (?<label>\\S+)";

describe("the maximum bytes of a line", () => {
  test.each([
    { of: "JSON", given: {}, limits: {}, is: 1_048_576 },
    { of: "JSON", given: { maxLineBytes: 2000 }, limits: { maxLineBytes: 1000 }, is: 2000 },
    { of: "a regular expression", given: { format: { regex } }, limits: {}, is: 65_536 },
    { of: "a regular expression", given: { format: { regex } }, limits: { maxLineBytes: 1000 }, is: 1000 },
    { of: "a regular expression", given: { format: { regex }, maxLineBytes: 100_000 }, limits: {}, is: 100_000 },
  ])("a line of $of with $given and limits $limits has at most $is bytes", ({ given, limits, is }) => {
    const [source] = parse({ sources: [{ files: ["a"], ...given }], limits }).sources;
    expect([source?.source.maxLineBytes, source?.decode.maxLineBytes]).toEqual([is, is]);
  });
});

describe("regular expressions", () => {
  const regex = (more: string): readonly string[] =>
    faults({ sources: [{ files: ["a"], format: { regex: `(?<model>m)(?<prediction>p)(?<label>l)${more}` } }] });

  test.each([
    { form: "(?P<x>y)", got: "(?P<x>", write: "(?<x>" },
    { form: "(?'x'y)", got: "(?'x'", write: "(?<x>" },
    { form: "(?<x>y)(?P=x)", got: "(?P=x)", write: "\\k<x>" },
    { form: "(?i)error", got: "(?i)", write: "[Ee]rror" },
    { form: "(?>a+)b", got: "(?>", write: "(?:" },
    { form: "[[:alpha:]]+", got: "[:alpha:]", write: "A-Za-z" },
    { form: "\\Ax", got: "\\A", write: "^" },
    { form: "x\\Z", got: "\\Z", write: "$" },
    { form: "x\\z", got: "\\z", write: "$" },
    { form: "x\\hy", got: "\\h", write: "[ \\t]" },
  ])("regular expressions of other engines are refused with the form that would do: $form", ({ form, got, write }) => {
    expect(regex(form)).toEqual([
      `sources[0].format.regex: ${JSON.stringify(got)} is not supported in JavaScript regular expressions; write ${JSON.stringify(write)}`,
    ]);
  });

  test("that neither engine can take in linear time are refused at their key, in a format and on the path of a file", () => {
    const says =
      /: may take too long: the back-reference \\1 .*; RE2 has no back-references; write what \\1 stands for$/u;
    const file = { file: "/(a|b)/\\1/" };
    const fields = {
      labels: { region: file, zone: file },
      predicted: { score: file, threshold: 1, below: 0, above: 1 },
    };
    const found = faults({ sources: [{ files: ["a"], fields }] });
    expect([...found, ...regex("(x)\\1")].map((fault) => fault.split(":")[0])).toEqual([
      "sources[0].fields.labels.region.file",
      "sources[0].fields.labels.zone.file",
      "sources[0].fields.predicted.score.file",
      "sources[0].format.regex",
    ]);
    expect(found).toEqual(found.map(() => expect.stringMatching(says)));
  });

  test.each(["\\-\\p{L}+", "\\-\\u{1f600}", "\\Q[\\E"])(
    "are not read as something else where something is escaped without need: %s",
    (form) => {
      expect(regex(form)).toEqual([expect.stringMatching(/^sources\[0\]\.format\.regex: .*remove needless escapes/u)]);
    },
  );

  test.each(['\\-\\"\\:\\/\\ }', "\\\\A\\\\z\\-", "\\p{L}\\u{1f600}", "[\\w\\-]\\d\\x41\\-"])(
    "of logs are taken as they stand: %s",
    (form) => {
      expect(regex(form)).toEqual([]);
    },
  );
});

describe("sources", () => {
  test("sources are named after their first pattern, each by a name of its own", () => {
    const files = ["logs/*.jsonl", "more/*.jsonl"];
    const config = parse({
      sources: [{ name: "logs/*.jsonl#2" }, {}, { name: "mine" }, {}].map((source, index) => ({
        ...source,
        files,
        exclude: [`logs/${index}.jsonl`],
      })),
    });
    const names = config.sources.map(({ source: { name } }) => name);
    expect(names).toEqual(["logs/*.jsonl#2", "logs/*.jsonl", "mine", "logs/*.jsonl#3"]);
  });

  const once =
    "a file belongs to one source unless their `where` or `lines` differ: remove it from the other, or use `exclude`";
  test.each([
    {
      what: "the same path",
      sources: [{ name: "one", files: ["a.jsonl"] }, { files: ["b.jsonl", "./a.jsonl"] }],
      says: [`sources[1].files[1]: "./a.jsonl" and "a.jsonl" of sources[0] ("one") overlap; ${once}`],
    },
    {
      what: "the same glob",
      sources: [{ files: ["logs/*.jsonl"] }, { name: "two", files: ["logs/*.jsonl"] }],
      says: [`sources[1].files[0]: "logs/*.jsonl" is already in sources[0]; ${once}`],
    },
    {
      what: "the same glob, of which one leaves something out",
      sources: [{ files: ["/x/*.log"] }, { files: ["/x/./*.log"], exclude: ["/x/a.log"] }],
      says: [`sources[1].files[0]: "/x/./*.log" and "/x/*.log" of sources[0] overlap; ${once}`],
    },
    {
      what: "a path under the glob of an earlier source",
      sources: [{ files: ["logs/**"] }, { files: ["logs/sub/a.jsonl"] }],
      says: [`sources[1].files[0]: "logs/sub/a.jsonl" and "logs/**" of sources[0] overlap; ${once}`],
    },
    {
      what: "a path under the glob of a later source",
      sources: [{ files: ["/etc/mqe/logs/a.jsonl"] }, { files: ["c"] }, { name: "all", files: ["logs/*"] }],
      says: [`sources[2].files[0]: "logs/*" and "/etc/mqe/logs/a.jsonl" of sources[0] overlap; ${once}`],
    },
    {
      what: "a path that the other one leaves out",
      sources: [{ files: ["logs/a.jsonl"] }, { files: ["logs/*"], exclude: ["logs/a.*"] }],
      says: [],
    },
    {
      what: "one glob, of which each leaves something out",
      sources: [
        { files: ["logs/*"], exclude: ["logs/a*"] },
        { files: ["logs/*"], exclude: ["logs/[!a]*"] },
      ],
      says: [],
    },
    {
      what: "one glob, of which each reads the lines with another value of a field",
      sources: [
        { files: ["logs/*"], where: { event: "prediction" } },
        { files: ["logs/*"], where: { event: "label" } },
      ],
      says: [],
    },
    {
      what: "one glob, of which one reads all lines",
      sources: [{ files: ["logs/*"], where: { event: "prediction" } }, { files: ["logs/*"] }],
      says: [],
    },
    {
      what: "a glob and a path, of which each reads the lines that match another pattern",
      sources: [
        { files: ["logs/*"], lines: "^{" },
        { files: ["logs/a"], lines: "^\\[" },
      ],
      says: [],
    },
    {
      what: "one glob and the same lines in other words",
      sources: [
        { files: ["logs/*"], lines: "^{", where: { "a.b": [1, "x"], event: "prediction" } },
        { files: ["logs/*"], lines: "^{", where: { event: ["prediction"], 'a."b"': ["x", "1", "x"] } },
      ],
      says: [`sources[1].files[0]: "logs/*" is already in sources[0]; ${once}`],
    },
    { what: "globs that may overlap", sources: [{ files: ["logs/a*"] }, { files: ["logs/*.jsonl"] }], says: [] },
    { what: "twice in one source", sources: [{ files: ["logs/*", "logs/a", "logs/*"] }], says: [] },
  ])("sources that name $what give $says.length faults", ({ sources, says }) => {
    expect(faults({ sources })).toEqual(says);
  });

  test.each([
    { file: "/etc/mqe/c.ts", glob: "logs/*.jsonl", absolute: "/etc/mqe/logs/*.jsonl" },
    { file: "/etc/mqe/c.ts", glob: "../a.jsonl", absolute: "/etc/a.jsonl" },
    { file: "/etc/mqe/c.ts", glob: "/var/log/{a,b}/**", absolute: "/var/log/{a,b}/**" },
    { file: "/etc/mqe/c.ts", glob: "/var/log//app/./*.jsonl", absolute: "/var/log/app/*.jsonl" },
    { file: "/etc/mqe/c.ts", glob: "/var/log/old/../app/*.jsonl", absolute: "/var/log/app/*.jsonl" },
    { file: "/etc/mqe/c.ts", glob: "/var/{log,a/../b}/*.jsonl", absolute: "/var/{log,a/../b}/*.jsonl" },
    { file: "/etc/mqe/c.ts", glob: "/../var/log/**/", absolute: "/var/log/**" },
    { file: "/srv/[prod]/c.ts", glob: "a.jsonl", absolute: "/srv/[prod]/a.jsonl" },
    { file: "/srv/[prod]/c.ts", glob: "*.jsonl", absolute: "/srv/\\[prod\\]/*.jsonl" },
  ])("sources resolve $glob from $file to $absolute", ({ file, glob, absolute }) => {
    const [only] = parseConfig({ sources: [{ files: [glob], exclude: [glob] }] }, file, {}).sources;
    expect([only?.source.files, only?.source.exclude]).toEqual([[absolute], [absolute]]);
  });

  test("sources leave a plain path to the system, which finds it behind a link as well", () => {
    const path = "/var/log/current/../a.jsonl";
    const [only] = parseConfig({ sources: [{ files: [path], exclude: [path] }] }, "/etc/mqe/c.ts", {}).sources;
    expect([only?.source.files, only?.source.exclude]).toEqual([[path], ["/var/log/a.jsonl"]]);
  });
});

describe("windows and limits", () => {
  test.each([
    { word: "1h30m", ms: 5_400_000 },
    { word: "1d", ms: 86_400_000 },
    { word: "90s", ms: 90_000 },
    { word: "1w2d3h4m5s6ms", ms: 788_645_006 },
    { word: "1y", ms: 31_536_000_000 },
  ])("windows and limits read $word", ({ word, ms }) => {
    expect(parse({ sources, windows: [word] }).windows).toEqual([{ kind: "time", label: word, ms, panes: 60 }]);
  });

  test.each(["", "5", "5M", "m", "1m1h", "1.5h", "-5m", " 5m", "11y", "5m\n"])(
    "windows and limits refuse %j",
    (word) => {
      expect(faults({ sources, windows: [word] })).toEqual([
        `windows[0]: expected a duration like "5m", { last: 1000 } or { span: "7d", older: "1d" }, got ${JSON.stringify(word)}`,
      ]);
    },
  );

  test("windows and limits keep a tag for at least the longest window", () => {
    const idle = (windows: unknown, tagIdle: string): number =>
      parse({ sources, windows, limits: { tagIdle } }).limits.tagIdleMs;
    expect(idle(["1h", "7d"], "24h")).toBe(7 * 86_400_000);
    expect(idle(["1h"], "2h")).toBe(2 * 3_600_000);
  });

  test("windows and limits keep a tag for an hour longer than the longest silence that is normal", () => {
    const models = { a: { silentAfter: "26h" }, b: { silentAfter: "never" }, c: {} };
    expect(parse({ sources, models }).limits.tagIdleMs).toBe(27 * 3_600_000);
  });

  test.each([
    { limits: { tagIdle: "90m" }, models: {}, word: 'models["*"].silentAfter ("1h"), got "90m"' },
    {
      limits: { tagIdle: "26h" },
      models: { a: { silentAfter: "26h" } },
      word: 'models.a.silentAfter ("26h"), got "26h"',
    },
    { limits: { tagIdle: "2h" }, models: {}, word: undefined },
    { limits: { tagIdle: "1m" }, models: { "*": { silentAfter: "never" } }, word: undefined },
    { limits: { tagIdle: "1m" }, windows: ["30d"], models: { a: { silentAfter: "26h" } }, word: undefined },
  ])("windows and limits with $limits and $models forget no tag before its silence is told", ({ word, ...given }) => {
    const fault =
      "limits.tagIdle: forgets a tag before the alert of its silence can fire; expected at least an hour more than";
    expect(faults({ sources, windows: ["1h"], ...given })).toEqual(word === undefined ? [] : [`${fault} ${word}`]);
  });

  const owed = { team: "t", objectives: [{ metric: "accuracy", min: 0.5, window: "1h", severity: "page" }] };
  const many = Array.from({ length: 100 }, (_class, index) => `c${index}`);
  test.each([
    { what: "models without objectives", model: { classes: many }, maxSeries: 200, least: undefined },
    { what: "a model that learns its classes", model: owed, maxSeries: 200, least: undefined },
    { what: "an objective", model: { ...owed, classes: many }, maxSeries: 604, least: undefined },
    { what: "an objective", model: { ...owed, classes: many }, maxSeries: 603, least: 604 },
  ])(
    "windows and limits with $maxSeries series for $what have room for what never leaves the page, or are refused",
    ({ model, maxSeries, least }) => {
      const teams = { t: { page: ["r"] } };
      const receivers = { r: { webhook: { url: "https://example.com" } } };
      const given = {
        sources,
        windows: ["1h", "2h"],
        teams,
        receivers,
        alerting: { defaultReceiver: "r" },
        models: { m: model },
        limits: { maxSeries },
      };
      const says = `limits.maxSeries: is less than what never leaves the page: the samples of each model and the counts by class of those with objectives are ${least} series in 2 windows; expected ${least} or more, or fewer windows, got ${maxSeries}`;
      expect(faults(given)).toEqual(least === undefined ? [] : [says]);
    },
  );

  test("windows and limits cut time windows into as many panes as are asked for", () => {
    const { windows } = parse({ sources, windows: ["1h", { last: 7 }], limits: { panes: 12 } });
    expect(windows).toEqual([
      { kind: "time", label: "1h", ms: 3_600_000, panes: 12 },
      { kind: "last", label: "last_7", size: 7 },
    ]);
  });
});

describe("models", () => {
  const others = { teams: { t: { page: ["hook"] } }, receivers: { hook: {} }, alerting: { defaultReceiver: "hook" } };
  const objective = { metric: "recall", class: "b", window: "1h", severity: "page" };

  function only(given: object): Config["models"] extends ReadonlyMap<string, infer M> ? M | undefined : never {
    const model = { team: "t", classes: ["b", "a", 10, 9, true], ...given };
    return parse({ sources, ...others, models: { "my model": model } }).models.get("my model");
  }

  test("models list their classes in code-unit order, as texts", () => {
    expect(only({})?.classes).toEqual(["10", "9", "a", "b", "true"]);
  });

  test("models list the other spellings of their classes, each spelt as a log's classes are", () => {
    const given = only({ classes: { legit: [0, "1e0", "legit"], fraud: ["2.50", true], "3.0": [] } });
    expect(given?.classes).toEqual(["3", "fraud", "legit"]);
    expect([...(given?.spellings ?? [])]).toEqual([
      ["0", "legit"],
      ["1", "legit"],
      ["2.5", "fraud"],
      ["true", "fraud"],
    ]);
  });

  test("models spell their classes as those of a log are spelt", () => {
    expect(only({ classes: ["1.0", "2e1", "01", "-0"] })?.classes).toEqual(["0", "01", "1", "20"]);
  });

  test.each([
    { given: { min: 0.5 }, bound: { kind: "min", value: 0.5 } },
    { given: { max: 0 }, bound: { kind: "max", value: 0 } },
    {
      given: { maxDrop: 0.1, comparedTo: { version: "v1" } },
      bound: { kind: "maxDrop", value: 0.1, comparedTo: { kind: "version", version: "v1" } },
    },
    {
      given: { maxRise: 1, comparedTo: { ago: "1d" } },
      bound: { kind: "maxRise", value: 1, comparedTo: { kind: "ago", ago: { word: "1d", ms: 86_400_000 } } },
    },
    {
      given: { maxDrop: 0.1, comparedTo: { value: 0.9 } },
      bound: { kind: "maxDrop", value: 0.1, comparedTo: { kind: "baseline", value: 0.9 } },
    },
  ])("models have objectives with the bound $bound.kind", ({ given, bound }) => {
    expect(only({ objectives: [{ ...objective, ...given }] })?.objectives).toEqual([
      {
        path: 'models["my model"].objectives[0]',
        name: undefined,
        metric: "recall",
        class: "b",
        average: undefined,
        bound,
        window: { kind: "time", label: "1h", ms: 3_600_000, panes: 60 },
        severity: "page",
        for: { word: "10m", ms: 600_000 },
        keepFiringFor: { word: "0s", ms: 0 },
        minSamples: 100,
        confidence: 0.995,
        runbook: undefined,
      },
    ]);
  });

  test.each([
    { given: {}, seconds: 3600 },
    { given: { silentAfter: "26h" }, seconds: 93_600 },
    { given: { silentAfter: "1500ms" }, seconds: 1.5 },
    { given: { silentAfter: "never" }, seconds: null },
  ])("a model and a source with $given may be silent for $seconds seconds", ({ given, seconds }) => {
    expect(only(given)?.silentAfter).toBe(seconds);
    expect(source(given).silentAfter).toBe(seconds);
  });

  test("models know a class that is a number by its number and by its text", () => {
    const objectives = [
      { ...objective, class: 10, min: 0.5 },
      { ...objective, class: "9", min: 0.5 },
      { ...objective, class: "9.0", min: 0.6, name: "Spelt" },
    ];
    expect(only({ objectives })?.objectives.map((given) => given.class)).toEqual(["10", "9", "9"]);
  });

  test.each(["__proto__", "constructor", "toString", 'a "b" \\ {{ $x }}', "ö"])("models may be called %s", (name) => {
    const value: unknown = JSON.parse(`{ "sources": [{ "files": ["a"] }], "models": { ${JSON.stringify(name)}: {} } }`);
    expect([...parse(value).models.keys()]).toEqual([name]);
  });

  test("models are not lost when JavaScript reads a key as the prototype", () => {
    expect(faults({ sources, models: { __proto__: { team: "t" } } })).toEqual([
      'models: JavaScript drops the key __proto__ in an object literal; write it in brackets: ["__proto__"]',
    ]);
  });
});

test.each([
  { value: undefined, got: "config: missing; expected an object like { sources: [...] }" },
  { value: null, got: "config: expected an object like { sources: [...] }, got null" },
  { value: [], got: "config: expected an object like { sources: [...] }, got []" },
  { value: "x", got: 'config: expected an object like { sources: [...] }, got "x"' },
])("$value is no config", ({ value, got }) => {
  expect(faults(value)).toEqual([got]);
});

test("whatever a file holds is a config or has faults, and nothing else happens", () => {
  const word = fc.constantFrom(
    ..."sources windows models teams receivers alerting prometheus limits files fields format regex objectives".split(
      " ",
    ),
    ..."metric class window last severity min comparedTo team classes labels predicted score value env file".split(" "),
    ..."slack webhook raw settings list url __proto__ x".split(" "),
  );
  const leaf = fc.oneof(
    fc.constantFrom("a.jsonl", "", "1h", "recall", "json", "x", "(?<a>x)"),
    fc.anything({ maxDepth: 0 }),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      leaf,
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(word, tie("tree"), { maxKeys: 5, noNullPrototype: false }),
    ),
  }));
  const good = fc.constantFrom({ sources }, { sources, teams: { t: {} } });
  fc.assert(
    fc.property(good, fc.dictionary(word, tree, { maxKeys: 5 }), (base, change) => {
      const lines = faults({ ...base, ...change });
      for (const line of lines) expect(line).toMatch(/^[^\n]+: [^\n]+$/u);
      expect(new Set(lines).size).toBe(lines.length);
    }),
    { numRuns: 300 },
  );
});
