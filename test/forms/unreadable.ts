import type { SourceInput } from "../../src/config/input-types.ts";

/** A form that cannot be read as it lies. */
export interface UnreadableForm {
  readonly name: string;
  /** A file of it. */
  readonly content: string | Buffer;
  /** What a user tries; by default plain JSON lines. */
  readonly source?: Omit<SourceInput, "files">;
  /** Whether `replay` stops at it, and does not only reject its lines. */
  readonly isRefused?: true;
  /** What the first message says. */
  readonly says: string;
  readonly why: string;
  readonly instead: string;
}

const lines = "convert it to JSON lines";
const tfRecord = Buffer.concat([
  Buffer.from("1400000000000000", "hex"),
  Buffer.from("a1b2c3d4", "hex"),
  Buffer.from("\n\u0012\n\u0005model\u0012\t\0\u0001\u0002\u0003"),
]);

/** The known forms that cannot be read, and what to do instead. */
export const unreadableForms: readonly UnreadableForm[] = [
  {
    name: "TensorFlow Serving, `PredictionLog`",
    content: tfRecord,
    says: 'expected a JSON object, found "\\u0014\\u0000',
    why: "Protobuf in TFRecord, binary.",
    instead: `${lines}, or log the body of the answer (V1)`,
  },
  {
    name: "Parquet (KServe, Arize, exports of Databricks)",
    content: Buffer.concat([
      Buffer.from("PAR1\u0015\u0004"),
      Buffer.from(Array.from({ length: 99 }, (_byte, at) => at)),
    ]),
    isRefused: true,
    says: "it is Parquet, which is no text",
    why: "Binary.",
    instead: `${lines}, or let KServe's blob store write \`json\``,
  },
  {
    name: "Avro",
    content: Buffer.from("Obj\u0001\u0004\u0014avro.codec\bnull\0\n"),
    isRefused: true,
    says: "it is Avro, which is no text",
    why: "Binary.",
    instead: lines,
  },
  {
    name: "whylogs, profiles",
    content: Buffer.from('WHY1\0$\u0012{"predictions"\n\u0000\u0001\u0002'),
    says: 'expected a JSON object, found "WHY1',
    why: "A profile holds counters and sketches by column: which prediction belongs to which label is lost.",
    instead: "log the rows",
  },
  {
    name: "Triton, traces",
    content:
      '[{"id":1,"model_name":"iris","model_version":1,"request_id":"q1"},\n{"id":1,"activity":"TENSOR_BACKEND_OUTPUT","tensor":{"name":"p","data":"0.1,0.9"}}\n]\n',
    says: "a JSON array that spans lines is not read",
    why: "Name, id and tensor of a call are records of their own; times are those since the start of the host.",
    instead: "log the body of the answer (V2)",
  },
  {
    name: "KServe, message dumper",
    content: "☁️  cloudevents.Event\nValidation: valid\nContext Attributes,\n  specversion: 1.0\n",
    says: "expected a JSON object, found",
    why: "Some twenty lines of text for an event.",
    instead: "a sink that stores the event as JSON, or the blob store",
  },
  {
    name: "KServe, V2 with binary tensors; Seldon Core 2, raw contents",
    content:
      '{"data":{"model_name":"iris","outputs":[{"name":"label","shape":[1],"datatype":"FP16","parameters":{"binary_data_size":2}}],"truth":[2]}}\n',
    source: {
      fields: { model: "data.model_name", predicted: "data.outputs[name=label].data[]", actual: "data.truth[]" },
    },
    says: "element 0: the line holds no prediction",
    why: "The numbers are not in the JSON, or are little-endian bytes in it.",
    instead: "ask for JSON tensors",
  },
  {
    name: "KServe, blob store with batches of calls",
    content:
      '[{"Bytes":"eyJwcmVkaWN0aW9ucyI6WzFdfQ==","ReqType":"r","Id":"a1","InferenceService":"iris"},{"Bytes":"eyJpbnN0YW5jZXMiOlsxXX0=","ReqType":"q","Id":"a1","InferenceService":"iris"}]',
    source: {
      fields: {
        model: "[].InferenceService",
        predicted: { in: "[].Bytes", decode: ["base64", "json"], path: "predictions[]" },
        actual: { in: "[].Bytes", decode: ["base64", "json"], path: "truth[]" },
      },
    },
    says: 'no field "[].Bytes base64 json(predictions[])"',
    why: "One array mixes requests and responses, and `where` leaves out lines, not elements.",
    instead: "`batchSize` 1, the default",
  },
  {
    name: "JSON over several lines",
    content: '{\n  "model": "iris",\n  "prediction": 1,\n  "label": 1\n}\n',
    says: "a JSON object that spans lines is not read",
    why: "Each event stands on one line.",
    instead: "`jq -c . FILE`; for a file that is one array `jq -c '.[]' FILE`",
  },
  {
    name: "Python's printed dicts",
    content: "{'model': 'iris', 'prediction': 1, 'label': 1}\n",
    says: "JSON has double quotes: Python writes it with json.dumps",
    why: "No JSON.",
    instead: "`print(json.dumps(row))`; for old logs a regular expression",
  },
  {
    name: "Evidently, bodies of its collector",
    content: '{"pred":{"0":1,"1":0},"target":{"0":1,"1":1}}\n',
    source: { fields: { model: { value: "iris" }, predicted: "pred", actual: "target" } },
    says: 'field "pred" is an object, expected a string, number or boolean',
    why: "A table by columns.",
    instead: '`jq -c` or pandas: `to_json(orient="records", lines=True)`',
  },
  {
    name: "TorchServe, access log; NIM, server log",
    content: '2026-01-01T01:00:00,400 - /10.0.0.9:64003 "POST /predictions/iris HTTP/1.1" 200 18\n',
    says: "expected a JSON object, found",
    why: "They hold no predictions.",
    instead: "TorchServe: the log of the model",
  },
  {
    name: "Rows of several labels",
    content: '{"model":"iris","prediction":["a","b"],"label":["a"]}\n',
    says: "rows of several labels (multi-label) are not supported",
    why: "One class on each side.",
    instead: "one model for each label, as `yes` and `no`",
  },
];
