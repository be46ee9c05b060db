import type { Form } from "./form.ts";
import { base64, iso, kserveEvent, kserveResponse, predictedNumbers, wholeSeconds } from "./written.ts";

const plain = {
  files: ["/var/log/models/iris.jsonl"],
  fields: { model: "model", predicted: "prediction", actual: null, id: "request_id", time: "ts" },
} as const;
const plainLog: Pick<Form, "rows" | "file" | "source" | "writes" | "tag"> = {
  rows: "iris",
  file: "/var/log/models/iris.jsonl",
  source: plain,
  writes: { line: ({ id, at, predicted }) => ({ ts: iso(at), request_id: id, model: "iris", prediction: predicted }) },
  tag: { model: "iris" },
};
/** Labels come this long after their predictions. */
const delayMs = 7_200_000;

/** Forms whose labels stand in another log, found by the id of the prediction. */
export const joined: readonly Form[] = [
  {
    name: "SageMaker, capture and ground truth",
    about:
      "Ground truth names the request in `eventId`: by the capture's `inferenceId` where the caller gave one, else by its `eventId`.",
    rows: "digits",
    file: "/captured/digits/blue/2026/01/01/00/capture.jsonl",
    source: {
      files: ["/captured/**/*.jsonl"],
      fields: {
        model: { file: "/(?<model>[^/]+)/[^/]+/\\d{4}/\\d\\d/\\d\\d/\\d\\d/" },
        predicted: { in: "captureData.endpointOutput.data", decode: ["base64", "csv"], path: "[0]" },
        actual: null,
        id: ["eventMetadata.inferenceId", "eventMetadata.eventId"],
        time: "eventMetadata.inferenceTime",
      },
    },
    writes: {
      line: ({ id, at, predicted }) => ({
        captureData: { endpointOutput: { mode: "OUTPUT", data: base64(`${predicted}\n`), encoding: "BASE64" } },
        eventMetadata: { eventId: "e1", inferenceId: id, inferenceTime: wholeSeconds(at) },
        eventVersion: "0",
      }),
    },
    labels: {
      file: "/truth/digits/2026/01/01/02/labels.jsonl",
      source: {
        files: ["/truth/**/*.jsonl"],
        fields: {
          predicted: null,
          actual: { in: "groundTruthData.data", decode: "csv", path: "[0]" },
          id: "eventMetadata.eventId",
        },
      },
      line: (id, { actual }) => ({
        groundTruthData: { data: `${actual}\n`, encoding: "CSV" },
        eventMetadata: { eventId: id },
        eventVersion: "0",
      }),
    },
    tag: { model: "digits" },
  },
  {
    name: "KServe, V1, and labels of its batches",
    about:
      "All predictions of a request have one id: its elements are `ID#0`, `ID#1` and so on, and so the labels name them.",
    rows: "digits",
    file: "/var/log/kserve/digits.jsonl",
    source: {
      files: ["/var/log/kserve/*.jsonl"],
      where: { type: kserveResponse },
      fields: {
        model: "inferenceservicename",
        predicted: "data.predictions[]",
        actual: null,
        id: "id",
        time: "time",
      },
    },
    writes: {
      batch: (rows) => kserveEvent(rows, { predictions: predictedNumbers(rows) }),
    },
    labels: {
      file: "/var/log/truth/digits.csv",
      head: "prediction_id,digit,labelled_at",
      source: {
        files: ["/var/log/truth/*.csv"],
        format: "csv",
        fields: { predicted: null, actual: "digit", id: "prediction_id", time: "labelled_at" },
      },
      line: (id, { actual, at }) => `${id},${actual},${iso(at + delayMs)}`,
    },
    tag: { model: "digits" },
  },
  {
    name: "Langfuse, export of scores",
    about:
      "`value` holds labels of a numeric or boolean score, `string_value` those of a categorical one. Times are UTC.",
    ...plainLog,
    labels: {
      file: "/exports/langfuse-scores.jsonl",
      source: {
        files: ["/exports/langfuse-scores*.jsonl"],
        where: { name: "species", source: "ANNOTATION" },
        fields: {
          predicted: null,
          actual: "string_value",
          id: "trace_id",
          time: { path: "timestamp", zone: "UTC" },
        },
      },
      line: (id, { actual, at }) => ({
        id: "s1",
        timestamp: iso(at + delayMs)
          .replace("T", " ")
          .replace("Z", "000"),
        trace_id: id,
        observation_id: null,
        name: "species",
        value: 0,
        string_value: actual,
        data_type: "CATEGORICAL",
        source: "ANNOTATION",
      }),
    },
  },
  {
    name: "Phoenix, annotations",
    about: "Judgements by models and by code stand beside those of people: `where` chooses.",
    ...plainLog,
    labels: {
      file: "/exports/annotations.jsonl",
      source: {
        files: ["/exports/annotations*.jsonl"],
        where: { name: "species", annotator_kind: "HUMAN" },
        fields: { predicted: null, actual: "result.label", id: "span_id" },
      },
      line: (id, { actual }) => ({
        span_id: id,
        name: "species",
        annotator_kind: "HUMAN",
        result: { label: actual, score: 1 },
        metadata: {},
        identifier: "u-3",
      }),
    },
  },
  {
    name: "Debezium, a table of labels",
    about: "A row that is updated is a correction, which replaces the label before.",
    ...plainLog,
    labels: {
      file: "/var/lib/connect/labels.jsonl",
      source: {
        files: ["/var/lib/connect/labels*.jsonl"],
        where: { op: ["c", "u", "r"] },
        fields: { predicted: null, actual: "after.verdict", id: "after.case_id", time: "after.decided_at" },
      },
      line: (id, { actual, at }) =>
        `{"before":null,"after":{"case_id":"${id}","verdict":"${actual}","decided_at":${at + delayMs}000},"source":{"table":"labels"},"op":"c","ts_ms":1767312000000}`,
    },
  },
];
