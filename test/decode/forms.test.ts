import { expect, test } from "@jest/globals";
import { parseConfig } from "../../src/config/parse.ts";
import { openDecoding } from "./decoding.ts";

/** Lines as model servers and loggers write them, all invented, each with the source that reads it. */
const forms: readonly {
  readonly form: string;
  readonly source: {
    readonly fields: object;
    readonly where?: object;
    readonly format?: object;
    readonly wrapper?: object;
  };
  readonly line: string;
  /** Predicted and actual class and the model of each event; "skipped" for a line that is left out. */
  readonly events: readonly (readonly [predicted: string, actual: string, model: string])[] | "skipped";
  readonly path?: string;
}[] = [
  {
    form: "KServe, V1 in a CloudEvent",
    source: {
      where: { type: "org.kubeflow.serving.inference.response" },
      fields: {
        model: "inferenceservicename",
        predicted: "data.predictions[]",
        actual: "data.truth[]",
        id: "id",
        time: "time",
      },
    },
    line: '{"specversion":"1.0","id":"a1","type":"org.kubeflow.serving.inference.response","time":"2026-03-01T09:15:27.4Z","inferenceservicename":"iris","endpoint":"default","data":{"predictions":[2,0],"truth":[2,1]}}',
    events: [
      ["2", "2", "iris"],
      ["0", "1", "iris"],
    ],
  },
  {
    form: "KServe, V2 tensors of classes",
    source: {
      fields: {
        model: "data.model_name",
        predicted: "data.outputs[name=label].data[]",
        actual: "data.truth[]",
        time: "time",
      },
    },
    line: '{"time":"2026-03-01T09:15:27.4Z","data":{"model_name":"iris","model_version":"3","outputs":[{"name":"p","data":[0.1,0.9]},{"name":"label","shape":[2],"datatype":"FP32","data":[2.0,0.0]}],"truth":[2,0]}}',
    events: [
      ["2", "2", "iris"],
      ["0", "0", "iris"],
    ],
  },
  {
    form: "KServe, V2 tensor of probabilities, flat",
    source: {
      fields: {
        model: "model_name",
        predicted: { scores: "outputs[0].data[]", classes: ["neg", "neu", "pos"] },
        actual: "truth[]",
      },
    },
    line: '{"model_name":"tone","outputs":[{"name":"p","shape":[2,3],"datatype":"FP32","data":[0.1,0.7,0.2,0.5,0.25,0.25]}],"truth":["neu","pos"]}',
    events: [
      ["neu", "neu", "tone"],
      ["neg", "pos", "tone"],
    ],
  },
  {
    form: "KServe, blob store",
    source: {
      fields: {
        model: "[].InferenceService",
        predicted: { in: "[].Bytes", decode: ["base64", "json"], path: "predictions[]" },
        actual: { value: 1 },
        id: "[].Id",
      },
    },
    line: '[{"Bytes":"eyJwcmVkaWN0aW9ucyI6WzFdfQ==","ContentType":"application/json","ReqType":"org.kubeflow.serving.inference.response","Id":"a1","InferenceService":"iris","Endpoint":"default"}]',
    events: [["1", "1", "iris"]],
  },
  {
    form: "Seldon 1, feedback",
    source: {
      where: { type: "io.seldon.serving.feedback" },
      fields: {
        model: "inferenceservicename",
        predicted: "data.response.data.ndarray[]",
        actual: "data.truth.data.ndarray[]",
      },
    },
    line: '{"specversion":"1.0","type":"io.seldon.serving.feedback","requestid":"r9","inferenceservicename":"income","endpoint":"default","data":{"response":{"data":{"ndarray":[1]}},"truth":{"data":{"ndarray":[0]}}}}',
    events: [["1", "0", "income"]],
  },
  {
    form: "Seldon 1, document",
    source: {
      fields: {
        model: "_source.Ce-Inferenceservicename",
        predicted: { scores: "_source.response.instance", classes: ["low", "high"] },
        actual: { value: "low" },
        time: "_source.@timestamp",
      },
    },
    line: '{"_source":{"RequestId":"r9-item-1","ServingEngine":"seldon","Ce-Inferenceservicename":"income","@timestamp":"2026-03-01T09:15:27Z","response":{"instance":[0.2,0.8],"dataType":"tabular"}}}',
    events: [["high", "low", "income"]],
  },
  {
    form: "Seldon 2, as its pipelines are inspected",
    source: {
      format: {
        regex: "^seldon\\.[^.]+\\.model\\.(?<model>[^.]+)\\.outputs\\t(?<id>\\S+)\\t(?<body>\\{.*)$",
      },
      fields: {
        model: "model",
        predicted: { in: "body", decode: ["json"], path: "outputs[0].contents.int64Contents[]" },
        actual: { value: 2 },
        id: "id",
      },
    },
    line: 'seldon.default.model.iris.outputs\tr9\t{"modelName":"iris_1","outputs":[{"name":"p","datatype":"INT64","shape":["1"],"contents":{"int64Contents":["2","1"]}}]}',
    events: [
      ["2", "2", "iris"],
      ["1", "2", "iris"],
    ],
  },
  {
    form: "SageMaker, capture in base64",
    source: {
      fields: {
        model: { file: "/(?<model>[^/]+)/[^/]+/\\d{4}/\\d\\d/\\d\\d/\\d\\d/" },
        predicted: {
          score: { in: "captureData.endpointOutput.data", decode: ["base64", "json"] },
          threshold: 0.5,
          below: 0,
          above: 1,
        },
        actual: { in: "groundTruthData.data", decode: "csv" },
        time: "eventMetadata.inferenceTime",
      },
    },
    path: "/captured/loan/blue/2026/03/01/09/a.jsonl",
    line: '{"captureData":{"endpointOutput":{"mode":"OUTPUT","data":"MC45Mw==","encoding":"BASE64"}},"groundTruthData":{"data":"1\\n","encoding":"CSV"},"eventMetadata":{"eventId":"e1","inferenceTime":"2026-03-01T09:15:27Z"}}',
    events: [["1", "1", "loan"]],
  },
  {
    form: "SageMaker, capture of a batch as CSV",
    source: {
      fields: {
        model: { value: "loan" },
        predicted: { in: "captureData.endpointOutput.data", decode: ["csv"], path: "[][0]" },
        actual: { value: 0 },
      },
    },
    line: '{"captureData":{"endpointOutput":{"data":"1,0.93\\n0,0.12\\n","encoding":"CSV"}}}',
    events: [
      ["1", "0", "loan"],
      ["0", "0", "loan"],
    ],
  },
  {
    form: "Azure ML, collector",
    source: {
      where: { type: "azureml.inference.model_outputs" },
      fields: {
        model: { value: "churn" },
        predicted: "data[].label",
        actual: { value: "stay" },
        id: "correlationid",
        time: "time",
      },
    },
    line: '{"specversion":"1.0","id":"x1","type":"azureml.inference.model_outputs","time":"2026-03-01T09:15:27Z","data":[{"label":"stay"},{"label":"go"}],"correlationid":"c-7"}',
    events: [
      ["stay", "stay", "churn"],
      ["go", "stay", "churn"],
    ],
  },
  {
    form: "Azure ML, another collection",
    source: {
      where: { type: "azureml.inference.model_outputs" },
      fields: { model: { value: "churn" }, predicted: "data[].label", actual: { value: "stay" } },
    },
    line: '{"type":"azureml.inference.model_inputs","data":[{"age":4}]}',
    events: "skipped",
  },
  {
    form: "Vertex, batch of tabular classes",
    source: {
      fields: {
        model: { value: "tier" },
        predicted: { scores: "prediction.scores", classes: { path: "prediction.classes" } },
        actual: "instance.tier",
        id: "instance.key",
      },
    },
    line: '{"instance":{"key":"k1","tier":"gold"},"prediction":{"classes":["tin","gold"],"scores":[0.3,0.7]}}',
    events: [["gold", "gold", "tier"]],
  },
  {
    form: "Vertex, table of logs",
    source: {
      fields: {
        model: "endpoint",
        predicted: { in: "response_payload[]", decode: ["json"], path: "label" },
        actual: { value: "tin" },
        time: "logging_time",
      },
    },
    line: '{"endpoint":"12","deployed_model_id":"77","logging_time":"2026-03-01 09:15:27.400 UTC","response_payload":["{\\"label\\":\\"tin\\"}","{\\"label\\":\\"gold\\"}"]}',
    events: [
      ["tin", "tin", "12"],
      ["gold", "tin", "12"],
    ],
  },
  {
    form: "Databricks",
    source: {
      where: { status_code: 200 },
      fields: {
        model: "request_metadata.model_name",
        predicted: { in: "response", decode: ["json"], path: "predictions[]" },
        actual: { value: 1 },
        time: "timestamp_ms",
      },
    },
    line: '{"databricks_request_id":"d1","timestamp_ms":1772356527400,"status_code":200,"response":"{\\"predictions\\": [1]}","request_metadata":{"model_name":"main.risk.guard"}}',
    events: [["1", "1", "main.risk.guard"]],
  },
  {
    form: "MLflow, trace",
    source: {
      fields: {
        model: { value: "mail" },
        predicted: { in: "info.response", decode: ["json"] },
        actual: "info.assessments[assessment_name=label].expectation.value",
      },
    },
    line: '{"info":{"trace_id":"tr-1","response":"\\"spam\\"","assessments":[{"assessment_name":"tone"},{"assessment_name":"label","expectation":{"value":"ham"}}]},"data":{"spans":[]}}',
    events: [["spam", "ham", "mail"]],
  },
  {
    form: "OpenTelemetry, file exporter",
    source: {
      fields: {
        model: { value: "intent" },
        predicted:
          "resourceLogs[].scopeLogs[].logRecords[].attributes[key=gen_ai.evaluation.score.label].value.stringValue",
        actual: { value: "refund" },
        time: "resourceLogs[].scopeLogs[].logRecords[].timeUnixNano",
      },
    },
    line: '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1772356527400000000","attributes":[{"key":"x"},{"key":"gen_ai.evaluation.score.label","value":{"stringValue":"refund"}}]}]}]}]}',
    events: [["refund", "refund", "intent"]],
  },
  {
    form: "TorchServe, log of a model",
    source: {
      format: {
        regex: "^(?<time>\\S+) \\[\\w+ *\\] W-\\d+-(?<model>.+)_(?<version>[^_]+)-stdout MODEL_LOG - (?<body>\\{.*)$",
      },
      fields: {
        model: "model",
        version: "version",
        predicted: { in: "body", decode: ["json"], path: "pred" },
        actual: { in: "body", decode: ["json"], path: "truth" },
        time: { path: "time", zone: "UTC" },
      },
    },
    line: '2026-03-01T09:15:27,400 [INFO ] W-9000-fraud_1.0-stdout MODEL_LOG - {"pred": "legit", "truth": "fraud"}',
    events: [["legit", "fraud", "fraud"]],
  },
  {
    form: "Filebeat, fields of the line inside",
    source: {
      fields: {
        model: { in: "message", decode: ["json"], path: "model" },
        predicted: { in: "message", decode: ["json"], path: "pred" },
        actual: { in: "message", decode: ["json"], path: "truth" },
        time: { in: "message", decode: ["json"], path: "time" },
      },
    },
    line: '{"@timestamp":"2026-03-01T09:15:27.440Z","@metadata":{"beat":"filebeat"},"log":{"offset":88},"message":"{\\"model\\":\\"spam\\",\\"pred\\":true,\\"truth\\":false,\\"time\\":1772356527400}"}',
    events: [["true", "false", "spam"]],
  },
  {
    form: "Vector, with a batch inside",
    source: {
      wrapper: { path: "message" },
      fields: { model: { value: "spam" }, predicted: "p[]", actual: "t[]" },
    },
    line: '{"message":"{\\"p\\":[1,0],\\"t\\":[1,1]}","source_type":"kubernetes_logs","timestamp":"2026-03-01T09:15:27.400101Z"}',
    events: [
      ["1", "1", "spam"],
      ["0", "1", "spam"],
    ],
  },
];

test.each(forms)("a line of $form gives its events", ({ source, line, events, path = "/var/log/a.jsonl" }) => {
  const config = parseConfig({ sources: [{ files: ["a.jsonl"], ...source }] }, "/etc/config.json", {});
  const decode = config.sources[0]?.decode;
  if (decode === undefined) throw new Error("no source");
  const outcomes = openDecoding(decode, { path }).read(`${line}\n${line}\n`);
  const seen = outcomes.map((outcome) => {
    if ("skipped" in outcome) return "skipped";
    return "rejected" in outcome ? outcome.detail : [outcome.predicted, outcome.actual, outcome.labels[0]];
  });
  expect(seen).toEqual(events === "skipped" ? [events, events] : [...events, ...events]);
  const at = Date.parse("2026-03-01T09:15:27Z");
  const hasTime = "time" in source.fields;
  for (const outcome of outcomes)
    if ("time" in outcome && hasTime) expect(Math.floor((outcome.time - at) / 1000)).toBe(0);
});
