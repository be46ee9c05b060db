import { carrierOf, type Carrier } from "./carriers.ts";
import { Columns, type Column } from "./columns.ts";
import { formOf, valueAt, type KnownForm } from "./forms.ts";
import { shapeOf, type Shape } from "./shapes.ts";

/** A log as it was recognized. */
export interface LogReading {
  readonly file: string;
  readonly carrier: Carrier | undefined;
  readonly shape: Shape;
  /** The form of most of its lines; undefined for the user's own. */
  readonly form: KnownForm | undefined;
  /** Forms of its lines with their shares, the most frequent first. */
  readonly forms: readonly { readonly name: string; readonly share: number }[];
  /** Values of the lines that are events, as the form has them; none where no line does. */
  readonly where: NonNullable<KnownForm["where"]>;
  /** What each line holds that its form takes for an event. */
  readonly rows: readonly (object | undefined)[];
  readonly columns: readonly Column[];
}

/** What a log is that cannot be read: a form that has another way, or nothing that is known. */
export interface Unreadable {
  readonly file: string;
  readonly what: string;
  readonly instead: string;
}

/** Lines of a form that make it sure, where there are as many. */
const sureLines = 3;

/** Tells what lines are. */
export function readLog(file: string, lines: readonly string[]): LogReading | Unreadable {
  const known = unreadableText(lines);
  if (known !== undefined) return { file, ...known };
  const carrier = carrierOf(lines);
  const own = carrier === undefined ? lines : lines.map((line) => carrier.inside(line) ?? line);
  const shape = shapeOf(own);
  if (shape === undefined) {
    return {
      file,
      what: "no form that is known",
      instead: "its lines are no JSON, CSV, logfmt or text with key=value",
    };
  }
  const counts = new Map<KnownForm, number>();
  for (const row of shape.rows) {
    const form = row === undefined ? undefined : formOf(row);
    if (form !== undefined) counts.set(form, (counts.get(form) ?? 0) + 1);
  }
  const read = shape.rows.filter((row) => row !== undefined).length;
  const ranked = [...counts].sort(([, a], [, b]) => b - a);
  const [form, count = 0] = ranked[0] ?? [];
  const isSure = form !== undefined && count >= Math.min(sureLines, read) && count >= read / 3;
  const sure = isSure ? form : undefined;
  if (sure?.instead !== undefined) return { file, what: sure.name, instead: sure.instead };
  const given = sure?.where ?? {};
  const where = shape.rows.some((row) => row !== undefined && isEvent(row, given)) ? given : {};
  const rows = shape.rows.map((row) => (row !== undefined && isEvent(row, where) ? row : undefined));
  const columns = new Columns();
  rows.forEach((row, line) => {
    if (row !== undefined) columns.add(line, row);
  });
  const forms = ranked.map(([{ name }, times]) => ({ name, share: times / read }));
  return { file, carrier, shape, form: sure, forms, where, rows, columns: columns.all };
}

/** Tells whether a row has the values that its form asks of events. */
function isEvent(row: object, where: NonNullable<KnownForm["where"]>): boolean {
  return Object.entries(where).every(([path, wanted]) => {
    const value = String(valueAt(row, path));
    return Array.isArray(wanted) ? wanted.includes(value) : String(wanted) === value;
  });
}

/** Forms of text that hold no predictions or cannot be read, by what a line of them says. */
const texts: readonly { readonly sign: RegExp; readonly what: string; readonly instead: string }[] = [
  {
    sign: /^☁️?\s+cloudevents\.Event$/u,
    what: "KServe, message dumper",
    instead:
      "it writes some twenty lines of text for an event: use a sink that stores the event as JSON, or the blob store",
  },
  {
    sign: /^\S+ - \/\S+ "(?:GET|POST) \/predictions\//u,
    what: "TorchServe, access log",
    instead: "it holds no predictions: see the log of the model (model_log.log)",
  },
  {
    sign: /^INFO \d{4}-\S+ \S+ \S+\.py:\d+\]/u,
    what: "NIM, server log",
    instead: "it holds no predictions",
  },
  {
    sign: /^\s*\{'[^']*': /u,
    what: "Python's printed dicts",
    instead: "they are no JSON: print(json.dumps(row)) writes it",
  },
  {
    sign: /^\s*[[{]\s*$/u,
    what: "JSON over several lines",
    instead: "each event must stand on one line: `jq -c . FILE`; for a file that is one array `jq -c '.[]' FILE`",
  },
  {
    sign: /^\s*\[\s*\{.*\},\s*$/u,
    what: "a JSON array over several lines",
    instead: "each event must stand on one line: `jq -c '.[]' FILE`",
  },
];

function unreadableText(lines: readonly string[]): { readonly what: string; readonly instead: string } | undefined {
  const [first = ""] = lines;
  const isTriton = /^\[\{"id":\d+,"(?:model_name|activity)"/u.test(first);
  if (isTriton) {
    const instead = "name, id and tensor of a call are records of their own: log the body of the answer (V2)";
    return { what: "Triton, traces", instead };
  }
  return texts.find(
    ({ sign }) => sign.test(first) || lines.filter((line) => sign.test(line)).length > lines.length / 2,
  );
}
