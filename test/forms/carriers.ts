import type { Form, Row } from "./form.ts";
import { actualNumbers, head, iso, predictedNumbers } from "./written.ts";

const inside = ({ id, at, predicted, actual }: Row): string =>
  JSON.stringify({ model: "iris", pred: predicted, truth: actual, rid: id, time: at });
const fields = { model: "model", predicted: "pred", actual: "truth", id: "rid", time: "time" };
const tag = { model: "iris" };

/** Carriers: what runtimes and shippers put around the program's own line. */
export const carriers: readonly Form[] = [
  {
    name: "Kubernetes, container log (CRI)",
    about: 'Lines that the runtime split are joined. With `"auto"` each line may be of CRI, of Docker or bare.',
    rows: "iris",
    file: "/var/log/pods/ml_iris-0_1f/serve/0.log",
    source: { files: ["/var/log/pods/ml_*/*/*.log"], wrapper: "cri", lines: "^\\{", fields },
    writes: { line: (row) => `${iso(row.at).replace("Z", "312871Z")} stdout F ${inside(row)}` },
    others: { lines: ["2026-01-01T00:00:00.400312871Z stdout F loading the model"], skipped: "line" },
    tag,
  },
  {
    name: "Docker, json-file",
    rows: "iris",
    file: "/var/lib/docker/containers/1f/1f-json.log",
    source: { files: ["/var/lib/docker/containers/*/*-json.log"], wrapper: "docker", lines: "^\\{", fields },
    writes: {
      line: (row) => ({ log: `${inside(row)}\n`, stream: "stdout", time: iso(row.at).replace("Z", "312871Z") }),
    },
    others: {
      lines: [{ log: "loading the model\n", stream: "stderr", time: "2026-01-01T00:00:00.4Z" }],
      skipped: "line",
    },
    tag,
  },
  {
    name: "Fluent Bit, output file in its own format",
    about:
      "The line is no JSON: a tag, then an array of time and record. The program's line is JSON in the field `log`.",
    rows: "iris",
    file: "/var/log/fluentbit/kube.log",
    source: {
      files: ["/var/log/fluentbit/*.log"],
      format: { regex: "^(?<tag>[^:]+): \\[(?<at>[\\d.]+), (?<record>\\{.*\\})\\]$" },
      fields: {
        model: { in: "record", decode: "json", path: "kubernetes.labels.app" },
        predicted: { in: "record", decode: "json", path: "pred" },
        actual: { in: "record", decode: "json", path: "truth" },
        id: { in: "record", decode: "json", path: "rid" },
        time: "at",
      },
    },
    writes: {
      line: ({ id, at, predicted, actual }) => {
        const record = { pred: predicted, truth: actual, rid: id, kubernetes: { labels: { app: "iris" } } };
        return `kube.var.log.x: [${(at / 1000).toFixed(6)}, ${JSON.stringify(record)}]`;
      },
    },
    tag,
  },
  {
    name: "Fluent Bit, with the Kubernetes filter",
    about: "Records of a text line have no merged keys: the wrapper reads the line itself, in `log`.",
    rows: "iris",
    file: "/var/log/fluentbit/plain.jsonl",
    source: { files: ["/var/log/fluentbit/*.jsonl"], wrapper: { path: "log" }, fields },
    writes: {
      line: (row) => ({
        log: `${inside(row)}\n`,
        pred: row.predicted,
        stream: "stdout",
        time: iso(row.at),
        kubernetes: { pod_name: "iris-0", namespace_name: "ml", labels: { app: "iris" } },
      }),
    },
    others: { lines: [{ log: "loading the model\n", stream: "stdout" }], skipped: "wrapper" },
    tag,
  },
  {
    name: "Filebeat",
    about: "Its `@timestamp` is the time of reading; the program's own time stands inside.",
    rows: "iris",
    file: "/var/log/filebeat/out.ndjson",
    source: { files: ["/var/log/filebeat/*.ndjson"], wrapper: { path: "message" }, fields },
    writes: {
      line: (row) => ({
        "@timestamp": "2026-01-02T00:00:00.440Z",
        "@metadata": { beat: "filebeat", type: "_doc", version: "8.1.0" },
        log: { offset: 88, file: { path: "/var/log/a.log" } },
        message: inside(row),
        agent: { version: "8.1.0" },
      }),
    },
    others: { lines: [{ "@metadata": { beat: "filebeat" }, message: "GET / 200" }], skipped: "wrapper" },
    tag,
  },
  {
    name: "Vector, with a batch inside",
    rows: "digits",
    file: "/var/log/vector/digits.jsonl",
    source: {
      files: ["/var/log/vector/*.jsonl"],
      wrapper: { path: "message" },
      fields: { model: { value: "digits" }, predicted: "p[]", actual: "t[]", id: "rid", time: "at" },
    },
    writes: {
      batch: (rows) => ({
        message: JSON.stringify({
          rid: head(rows).id,
          at: head(rows).at,
          p: predictedNumbers(rows),
          t: actualNumbers(rows),
        }),
        kubernetes: { pod_name: "p-0" },
        source_type: "kubernetes_logs",
        stream: "stdout",
        timestamp: iso(head(rows).at),
      }),
    },
    others: { lines: [{ message: "loading", source_type: "kubernetes_logs" }], skipped: "wrapper" },
    tag: { model: "digits" },
  },
  {
    name: "Kafka Connect, schema and payload",
    about: "The record stands in `payload`, as an object. The schema outweighs it: mind `maxLineBytes`.",
    rows: "iris",
    file: "/var/lib/connect/predictions.json",
    source: { files: ["/var/lib/connect/*.json"], wrapper: { path: "payload" }, fields },
    writes: {
      line: ({ id, at, predicted, actual }) => ({
        schema: { type: "struct", fields: [{ type: "string", optional: false, field: "pred" }], optional: false },
        payload: { model: "iris", pred: predicted, truth: actual, rid: id, time: at },
      }),
    },
    tag,
  },
  {
    name: "Kafka Connect, file sink of structs",
    about: "Java's text of a struct, in which a comma inside of a value cannot be told from the next field.",
    rows: "iris",
    file: "/var/lib/connect/structs.txt",
    source: {
      files: ["/var/lib/connect/*.txt"],
      format: {
        regex:
          "^(?:Struct)?\\{model=(?<model>[^,}]+), ?pred=(?<pred>[^,}]+), ?truth=(?<truth>[^,}]+), ?rid=(?<rid>[^,}]+), ?time=(?<time>[^,}]+)\\}$",
      },
      fields,
    },
    writes: {
      line: ({ id, at, predicted, actual }) =>
        `Struct{model=iris,pred=${predicted},truth=${actual},rid=${id},time=${at}}`,
    },
    tag,
  },
  {
    name: "Debezium",
    about:
      "The row stands in `after`. Its own column is the time: `ts_ms` is the connector's. A row that is updated later counts again.",
    rows: "iris",
    file: "/var/lib/connect/changes.jsonl",
    source: {
      files: ["/var/lib/connect/*.jsonl"],
      where: { op: ["c", "r"] },
      fields: {
        model: { value: "iris" },
        predicted: "after.scored",
        actual: "after.verdict",
        id: "after.case_id",
        time: "after.decided_at",
      },
    },
    writes: {
      line: ({ id, at, predicted, actual }) =>
        `{"before":null,"after":{"case_id":"${id}","scored":"${predicted}","verdict":"${actual}","decided_at":${at}000},"source":{"table":"cases","ts_ms":1767312000000},"op":"c","ts_ms":1767312000000}`,
    },
    others: { lines: [{ before: { case_id: "c-7" }, after: null, op: "d" }], skipped: "where" },
    tag,
  },
];
