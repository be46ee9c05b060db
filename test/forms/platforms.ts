import type { Form } from "./form.ts";
import {
  actualNames,
  base64,
  head,
  iso,
  predictedNames,
  predictedNumbers,
  actualNumbers,
  wholeSeconds,
} from "./written.ts";

const hour = "2026/01/01/00";

/** Platforms of clouds and vendors, and telemetry. */
export const platforms: readonly Form[] = [
  {
    name: "SageMaker, merged, CSV of classes",
    about:
      "What the merge job of the model monitor writes: capture and ground truth in one line. A new folder comes each hour, so the glob is `**`.",
    rows: "digits",
    file: `/captured/digits/blue/${hour}/merged.jsonl`,
    source: {
      files: ["/captured/**/merged.jsonl"],
      fields: {
        model: { file: "/(?<model>[^/]+)/[^/]+/\\d{4}/\\d\\d/\\d\\d/\\d\\d/" },
        version: { file: "/(?<version>[^/]+)/\\d{4}/\\d\\d/\\d\\d/\\d\\d/" },
        predicted: { in: "captureData.endpointOutput.data", decode: "csv", path: "[][0]" },
        actual: { in: "groundTruthData.data", decode: "csv", path: "[][0]" },
        id: ["eventMetadata.inferenceId", "eventMetadata.eventId"],
        time: "eventMetadata.inferenceTime",
      },
    },
    writes: {
      batch: (rows) => ({
        captureData: {
          endpointOutput: {
            mode: "OUTPUT",
            data: rows.map(({ predicted, scores }) => `${predicted},${Math.max(...scores)}\n`).join(""),
            encoding: "CSV",
          },
        },
        groundTruthData: { data: rows.map(({ actual }) => `${actual}\n`).join(""), encoding: "CSV" },
        eventMetadata: { eventId: head(rows).id, inferenceTime: wholeSeconds(head(rows).at) },
        eventVersion: "0",
      }),
    },
    tag: { model: "digits", version: "blue" },
  },
  {
    name: "SageMaker, capture in base64",
    about:
      "Base64 is what an endpoint without lists of header types writes. Capture alone has no label: `truth` stands in the answer of a container of yours. A single score, such as `0.93`, is read by `predicted: { score: { in: \"captureData.endpointOutput.data\", decode: [\"base64\", \"json\"] }, threshold: 0.5, below: 0, above: 1 }`.",
    rows: "digits",
    file: `/captured/digits/blue/${hour}/capture.jsonl`,
    source: {
      files: ["/captured/**/capture.jsonl"],
      fields: {
        model: { file: "/(?<model>[^/]+)/[^/]+/\\d{4}/\\d\\d/\\d\\d/\\d\\d/" },
        predicted: { in: "captureData.endpointOutput.data", decode: ["base64", "json"], path: "predictions[]" },
        actual: { in: "captureData.endpointOutput.data", decode: ["base64", "json"], path: "truth[]" },
        id: ["eventMetadata.inferenceId", "eventMetadata.eventId"],
        time: "eventMetadata.inferenceTime",
      },
    },
    writes: {
      batch: (rows) => ({
        captureData: {
          endpointOutput: {
            observedContentType: "application/json",
            mode: "OUTPUT",
            data: base64(JSON.stringify({ predictions: predictedNumbers(rows), truth: actualNumbers(rows) })),
            encoding: "BASE64",
          },
        },
        eventMetadata: { eventId: "e1", inferenceId: head(rows).id, inferenceTime: wholeSeconds(head(rows).at) },
        eventVersion: "0",
      }),
    },
    tag: { model: "digits" },
  },
  {
    name: "SageMaker, capture of probabilities as CSV in base64",
    rows: "iris",
    file: `/captured/iris/blue/${hour}/scores.jsonl`,
    source: {
      files: ["/captured/**/scores.jsonl"],
      fields: {
        model: { file: "/(?<model>[^/]+)/[^/]+/\\d{4}/\\d\\d/\\d\\d/\\d\\d/" },
        predicted: {
          scores: { in: "captureData.endpointOutput.data", decode: ["base64", "csv"] },
          classes: ["setosa", "versicolor", "virginica"],
        },
        actual: { in: "groundTruthData.data", decode: "csv" },
        id: "eventMetadata.eventId",
        time: "eventMetadata.inferenceTime",
      },
    },
    writes: {
      line: ({ id, at, scores, actual }) => ({
        captureData: { endpointOutput: { mode: "OUTPUT", data: base64(`${scores.join(",")}\n`), encoding: "BASE64" } },
        groundTruthData: { data: `${actual}\n`, encoding: "CSV" },
        eventMetadata: { eventId: id, inferenceTime: wholeSeconds(at) },
        eventVersion: "0",
      }),
    },
    tag: { model: "iris" },
  },
  {
    name: "Azure ML, collector",
    about:
      "Each collection has a `type` of its own. `correlationid` is the id of the request; `id` is new in each line. The endpoint and the deployment stand in `source`.",
    rows: "iris",
    file: "/azureml/modelDataCollector/iris/blue/model_outputs/2026/01/01/00/data.jsonl",
    source: {
      files: ["/azureml/**/*.jsonl"],
      where: { type: "azureml.inference.model_outputs" },
      fields: {
        model: { path: "source", match: "/onlineEndpoints/(?<model>[^/]+)" },
        version: { path: "source", match: "/deployments/(?<version>[^/]+)" },
        predicted: "data[].label",
        actual: "data[].truth",
        id: "correlationid",
        time: "time",
      },
    },
    writes: {
      batch: (rows) => ({
        specversion: "1.0",
        id: "x1",
        source:
          "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/onlineEndpoints/iris/deployments/blue",
        type: "azureml.inference.model_outputs",
        time: wholeSeconds(head(rows).at),
        data: rows.map(({ predicted, actual }) => ({ label: predicted, truth: actual })),
        correlationid: head(rows).id,
        xrequestid: head(rows).id,
        modelversion: "default",
      }),
    },
    others: {
      lines: [{ type: "azureml.inference.model_inputs", data: [{ petal_length: 4 }], correlationid: "c-7" }],
      skipped: "where",
    },
    tag: { model: "iris", version: "blue" },
  },
  {
    name: "Vertex AI, batch prediction of AutoML",
    about: "Classes and scores stand in the line, in an order that changes. The label is a column of the input.",
    rows: "iris",
    file: "/exports/vertex/prediction.results-00000-of-00001",
    source: {
      files: ["/exports/vertex/prediction.results-*"],
      fields: {
        model: { value: "iris" },
        predicted: { scores: "prediction.scores", classes: { path: "prediction.classes" } },
        actual: "instance.species",
        id: "instance.key",
      },
    },
    writes: {
      line: ({ id, classes, scores, actual }) => {
        const pairs = classes.map((name, index) => ({ name, score: scores[index] ?? 0 }));
        const sorted = pairs.toSorted((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1));
        return {
          instance: { key: id, petal_length: "4.2", species: actual },
          prediction: { classes: sorted.map(({ name }) => name), scores: sorted.map(({ score }) => score) },
        };
      },
    },
    tag: { model: "iris" },
  },
  {
    name: "Vertex AI, batch prediction of a container",
    rows: "digits",
    file: "/exports/vertex/digits.results-00000-of-00001",
    source: {
      files: ["/exports/vertex/digits.results-*"],
      fields: { model: { value: "digits" }, predicted: "prediction", actual: "instance.digit", id: "instance.key" },
    },
    writes: {
      line: ({ id, predicted, actual }) => ({ instance: { key: id, digit: actual }, prediction: Number(predicted) }),
    },
    tag: { model: "digits" },
  },
  {
    name: "Vertex AI, table of requests and responses",
    about: "An export of the BigQuery table. Each element of `response_payload` is JSON in a text.",
    rows: "iris",
    file: "/exports/vertex-log.jsonl",
    source: {
      files: ["/exports/vertex-log*.jsonl"],
      fields: {
        model: "endpoint",
        version: "deployed_model_id",
        predicted: { in: "response_payload[]", decode: "json", path: "label" },
        actual: { in: "request_payload[]", decode: "json", path: "species" },
        id: "request_id",
        time: "logging_time",
      },
    },
    writes: {
      batch: (rows) => ({
        endpoint: "12",
        deployed_model_id: "77",
        logging_time: iso(head(rows).at).replace("T", " ").replace("Z", " UTC"),
        request_id: head(rows).id,
        request_payload: actualNames(rows).map((species) => JSON.stringify({ petal_length: 4.2, species })),
        response_payload: predictedNames(rows).map((label) => JSON.stringify({ label })),
      }),
    },
    tag: { model: "12", version: "77" },
  },
  {
    name: "Databricks, inference table",
    about:
      "An export of the table: request and response are JSON in a text. Answers with another status than 200 hold no predictions. `truth` is a column of the request here.",
    rows: "digits",
    file: "/exports/inference-table.jsonl",
    source: {
      files: ["/exports/inference-table*.jsonl"],
      where: { status_code: 200 },
      fields: {
        model: "request_metadata.model_name",
        version: "request_metadata.model_version",
        predicted: { in: "response", decode: "json", path: "predictions[]" },
        actual: { in: "request", decode: "json", path: "dataframe_records[].truth" },
        id: ["client_request_id", "databricks_request_id"],
        time: "timestamp_ms",
      },
    },
    writes: {
      batch: (rows) => ({
        databricks_request_id: head(rows).id,
        client_request_id: null,
        timestamp_ms: head(rows).at,
        status_code: 200,
        execution_time_ms: 9,
        request: JSON.stringify({ dataframe_records: actualNumbers(rows).map((truth) => ({ ink: 0.2, truth })) }),
        response: JSON.stringify({ predictions: predictedNumbers(rows) }),
        request_metadata: { model_name: "main.vision.digits", model_version: "31" },
      }),
    },
    others: {
      lines: [
        {
          databricks_request_id: "d0",
          timestamp_ms: 1_767_225_600_000,
          status_code: 400,
          response: '{"error_code":"BAD_REQUEST"}',
          request_metadata: { model_name: "main.vision.digits", model_version: "31" },
        },
      ],
      skipped: "where",
    },
    tag: { model: "main.vision.digits", version: "31" },
  },
  {
    name: "Databricks, inference table of the AI gateway",
    rows: "digits",
    file: "/exports/gateway-table.jsonl",
    source: {
      files: ["/exports/gateway-table*.jsonl"],
      where: { status_code: 200 },
      fields: {
        model: { value: "digits" },
        version: "served_entity_id",
        predicted: { in: "response", decode: "json", path: "predictions[]" },
        actual: { in: "request", decode: "json", path: "inputs[].truth" },
        id: ["client_request_id", "databricks_request_id"],
        time: "request_time",
      },
    },
    writes: {
      batch: (rows) => ({
        databricks_request_id: "d1",
        client_request_id: head(rows).id,
        request_time: iso(head(rows).at),
        status_code: 200,
        execution_duration_ms: 9,
        served_entity_id: "digits-31",
        request: JSON.stringify({ inputs: actualNumbers(rows).map((truth) => ({ truth })) }),
        response: JSON.stringify({ predictions: predictedNumbers(rows) }),
        sampling_fraction: 0.5,
      }),
    },
    tag: { model: "digits", version: "digits-31" },
  },
  {
    name: "MLflow, traces",
    about:
      "The response is JSON in a text. The label is the expectation of the assessment of that name; feedback is a judgement of the answer, not a class.",
    rows: "iris",
    file: "/exports/traces.jsonl",
    source: {
      files: ["/exports/traces*.jsonl"],
      fields: {
        model: { value: "iris" },
        predicted: { in: "info.response", decode: "json" },
        actual: "info.assessments[assessment_name=species].expectation.value",
        id: "info.trace_id",
        time: "info.request_time",
      },
    },
    writes: {
      line: ({ id, at, predicted, actual }) => ({
        info: {
          trace_id: id,
          request_time: iso(at),
          response: JSON.stringify(predicted),
          assessments: [
            { assessment_name: "tone", feedback: { value: true } },
            { assessment_name: "species", expectation: { value: actual } },
          ],
        },
        data: { spans: [] },
      }),
    },
    tag: { model: "iris" },
  },
  {
    name: "Arize, file of predictions and actuals",
    about: "The names of the columns are your own; these are those of its documentation.",
    rows: "iris",
    file: "/exports/arize.csv",
    head: "prediction_id,prediction_ts,prediction_label,actual_label",
    source: {
      files: ["/exports/arize*.csv"],
      format: "csv",
      fields: {
        model: { value: "iris" },
        predicted: "prediction_label",
        actual: "actual_label",
        id: "prediction_id",
        time: "prediction_ts",
      },
    },
    writes: { line: ({ id, at, predicted, actual }) => `${id},${Math.floor(at / 1000)},${predicted},${actual}` },
    tag: { model: "iris" },
  },
  {
    name: "OpenTelemetry, file exporter",
    about: "Attributes are found by their key, three arrays deep. Each record is an event.",
    rows: "iris",
    file: "/var/log/otel/logs.jsonl",
    source: {
      files: ["/var/log/otel/*.jsonl"],
      fields: {
        model: { value: "iris" },
        predicted: "resourceLogs[].scopeLogs[].logRecords[].attributes[key=prediction].value.stringValue",
        actual:
          "resourceLogs[].scopeLogs[].logRecords[].attributes[key=gen_ai.evaluation.score.label].value.stringValue",
        id: "resourceLogs[].scopeLogs[].logRecords[].attributes[key=gen_ai.response.id].value.stringValue",
        time: "resourceLogs[].scopeLogs[].logRecords[].timeUnixNano",
      },
    },
    writes: {
      line: ({ id, at, predicted, actual }) => {
        const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
        return {
          resourceLogs: [
            {
              resource: { attributes: [attribute("service.name", "iris")] },
              scopeLogs: [
                {
                  logRecords: [
                    {
                      timeUnixNano: `${at}000000`,
                      attributes: [
                        attribute("gen_ai.response.id", id),
                        attribute("prediction", predicted),
                        attribute("gen_ai.evaluation.score.label", actual),
                      ],
                    },
                  ],
                },
              ],
            },
          ],
        };
      },
    },
    tag: { model: "iris" },
  },
  {
    name: "OpenTelemetry, events as flat JSON",
    about: "Dotted keys are found as they are written.",
    rows: "iris",
    file: "/var/log/otel/events.json",
    source: {
      files: ["/var/log/otel/events.json"],
      where: { "event.name": "gen_ai.evaluation.result", "gen_ai.evaluation.name": "species" },
      fields: {
        model: "gen_ai.request.model",
        predicted: "prediction",
        actual: "gen_ai.evaluation.score.label",
        id: "gen_ai.response.id",
        time: "timestamp",
      },
    },
    writes: {
      line: ({ id, at, predicted, actual }) =>
        `{"event.name":"gen_ai.evaluation.result","gen_ai.request.model":"iris","gen_ai.response.id":"${id}","gen_ai.evaluation.name":"species","gen_ai.evaluation.score.label":"${actual}","prediction":"${predicted}","timestamp":${at}000000}`,
    },
    others: {
      lines: [{ "event.name": "gen_ai.evaluation.result", "gen_ai.evaluation.name": "tone" }],
      skipped: "where",
    },
    tag: { model: "iris" },
  },
];
