import type { Form } from "./form.ts";
import {
  actualNames,
  actualNumbers,
  asctime,
  base64,
  berlin,
  head,
  iso,
  isoformat,
  kserveEvent,
  kserveResponse,
  predictedNames,
  predictedNumbers,
  seldonEvent,
  seldonFeedback,
} from "./written.ts";

/** Model servers, and what they log of themselves. */
export const servers: readonly Form[] = [
  {
    name: "BentoML",
    about:
      "The columns are your own: roles stand in the schema file beside the data. Times are local. All rows of a request have one `request_id`, so it is not taken as the id here.",
    rows: "iris",
    file: "/var/lib/bentoml/monitoring/iris/data/data.1.log",
    source: {
      files: ["/var/lib/bentoml/monitoring/*/data/data.*.log"],
      fields: {
        model: { file: "/(?<model>[^/]+)/data/data\\.\\d+\\.log" },
        predicted: "pred",
        actual: "checked",
        time: { path: "timestamp", zone: "Europe/Berlin" },
      },
    },
    writes: {
      line: ({ id, at, predicted, actual }) => ({
        petal_length: 4.2,
        pred: predicted,
        checked: actual,
        timestamp: isoformat(at),
        request_id: id,
        trace_id: "20731",
      }),
    },
    tag: { model: "iris" },
  },
  {
    name: "KServe, V1, in CloudEvents",
    about:
      "Requests and responses come as lines of their own; `where` takes the responses. No server logs a label: `truth` is what a transformer of yours adds.",
    rows: "digits",
    file: "/var/log/kserve/digits.jsonl",
    source: {
      files: ["/var/log/kserve/*.jsonl"],
      where: { type: kserveResponse },
      fields: {
        model: "inferenceservicename",
        version: "endpoint",
        predicted: "data.predictions[]",
        actual: "data.truth[]",
        id: "id",
        time: "time",
      },
    },
    writes: {
      batch: (rows) => kserveEvent(rows, { predictions: predictedNumbers(rows), truth: actualNumbers(rows) }),
    },
    others: {
      lines: [
        {
          specversion: "1.0",
          id: "a1",
          type: "org.kubeflow.serving.inference.request",
          inferenceservicename: "digits",
          data: { instances: [[0, 16, 3]] },
        },
      ],
      skipped: "where",
    },
    tag: { model: "digits", version: "default" },
  },
  {
    name: "KServe, V2, tensor of classes",
    about:
      "Servers do not promise the order of `outputs`; `[name=label]` finds the tensor by its name. Classes of an FP32 tensor, `2.0`, are those of an integer, `2`.",
    rows: "digits",
    file: "/var/log/kserve/digits-v2.jsonl",
    source: {
      files: ["/var/log/kserve/*-v2.jsonl"],
      where: { type: kserveResponse },
      fields: {
        model: "data.model_name",
        version: "data.model_version",
        predicted: "data.outputs[name=label].data[]",
        actual: "data.truth[]",
        id: "id",
        time: "time",
      },
    },
    writes: {
      batch: (rows) => {
        const label = `{"name":"label","shape":[${rows.length}],"datatype":"FP32","data":[${predictedNames(rows)
          .map((name) => `${name}.0`)
          .join(",")}]}`;
        const probability = `{"name":"p","shape":[${rows.length}],"datatype":"FP32","data":[${rows.map(() => 0.5).join(",")}]}`;
        const outputs = Number(rows[0]?.predicted) % 2 === 0 ? [label, probability] : [probability, label];
        return `{"specversion":"1.0","id":"${head(rows).id}","type":"${kserveResponse}","time":"${iso(head(rows).at)}","inferenceservicename":"digits","data":{"model_name":"digits","model_version":"3","outputs":[${outputs.join(",")}],"truth":[${actualNames(rows).join(",")}]}}`;
      },
    },
    tag: { model: "digits", version: "3" },
  },
  {
    name: "KServe, V2, tensor of probabilities",
    about: "The flat matrix of n rows is cut by the number of `classes`.",
    rows: "iris",
    file: "/var/log/kserve/iris-v2.jsonl",
    source: {
      files: ["/var/log/kserve/iris-v2.jsonl"],
      fields: {
        model: "data.model_name",
        predicted: {
          scores: "data.outputs[name=probabilities].data[]",
          classes: ["setosa", "versicolor", "virginica"],
        },
        actual: "data.truth[]",
        id: "id",
        time: "time",
      },
    },
    writes: {
      batch: (rows) => ({
        specversion: "1.0",
        id: head(rows).id,
        type: kserveResponse,
        time: iso(head(rows).at),
        data: {
          model_name: "iris",
          outputs: [
            {
              name: "probabilities",
              shape: [rows.length, 3],
              datatype: "FP32",
              data: rows.flatMap(({ scores }) => scores),
            },
          ],
          truth: actualNames(rows),
        },
      }),
    },
    tag: { model: "iris" },
  },
  {
    name: "KServe, blob store",
    about:
      "Each file is an array of bodies in base64, on one line. There is no time. The array mixes requests and responses where it holds more than one entry, and then cannot be read.",
    rows: "digits",
    file: "/mnt/kserve/digits/a1-response.json",
    source: {
      files: ["/mnt/kserve/**/*-response.json"],
      fields: {
        model: "[].InferenceService",
        version: "[].Endpoint",
        predicted: { in: "[].Bytes", decode: ["base64", "json"], path: "predictions[]" },
        actual: { in: "[].Bytes", decode: ["base64", "json"], path: "truth[]" },
        id: "[].Id",
      },
    },
    writes: {
      batch: (rows) => [
        {
          Bytes: base64(JSON.stringify({ predictions: predictedNumbers(rows), truth: actualNumbers(rows) })),
          ContentType: "application/json",
          ReqType: kserveResponse,
          Id: head(rows).id,
          InferenceService: "digits",
          Endpoint: "default",
        },
      ],
    },
    tag: { model: "digits", version: "default" },
  },
  {
    name: "Open Inference Protocol, V1 body",
    about: "What KServe, TensorFlow Serving, Vertex AI and MLflow answer, as a logger of yours may write it.",
    rows: "digits",
    file: "/var/log/models/digits/bodies.jsonl",
    source: {
      files: ["/var/log/models/*/bodies.jsonl"],
      fields: { model: { file: "/(?<model>[^/]+)/bodies" }, predicted: "predictions[]", actual: "truth[]" },
    },
    writes: { batch: (rows) => ({ predictions: predictedNumbers(rows), truth: actualNumbers(rows) }) },
    tag: { model: "digits" },
  },
  {
    name: "Open Inference Protocol, V2 body",
    about: "Also what Triton and MLServer answer, as a logger of yours may write it.",
    rows: "digits",
    file: "/var/log/models/v2-bodies.jsonl",
    source: {
      files: ["/var/log/models/v2-bodies.jsonl"],
      fields: { model: "model_name", predicted: "outputs[name=label].data[]", actual: "truth[]", id: "id" },
    },
    writes: {
      batch: (rows) => ({
        model_name: "digits",
        id: head(rows).id,
        outputs: [{ name: "label", shape: [rows.length], datatype: "INT64", data: predictedNumbers(rows) }],
        truth: actualNumbers(rows),
      }),
    },
    tag: { model: "digits" },
  },
  {
    name: "Seldon Core 1, feedback",
    about: "Holds the response and the truth in one event. `reward` is no label.",
    rows: "digits",
    file: "/var/log/seldon/events.jsonl",
    source: {
      files: ["/var/log/seldon/events.jsonl"],
      where: { type: seldonFeedback },
      fields: {
        model: "inferenceservicename",
        version: "endpoint",
        predicted: "data.response.data.ndarray[]",
        actual: "data.truth.data.ndarray[]",
        id: "requestid",
        time: "time",
      },
    },
    writes: {
      batch: (rows) =>
        seldonEvent(
          rows,
          { inferenceservicename: "digits", endpoint: "default" },
          {
            response: { data: { ndarray: predictedNumbers(rows) } },
            truth: { data: { ndarray: actualNumbers(rows) } },
            reward: 1,
          },
        ),
    },
    others: {
      lines: [
        {
          specversion: "1.0",
          type: "io.seldon.serving.inference.response",
          requestid: "r9",
          inferenceservicename: "digits",
          data: { data: { names: ["t:0", "t:1"], ndarray: [[0.2, 0.8]] } },
        },
      ],
      skipped: "where",
    },
    tag: { model: "digits", version: "default" },
  },
  {
    name: "Seldon Core 1, feedback with probabilities",
    about: "Each row of the `ndarray` holds one score for each class, by the names in the same event.",
    rows: "iris",
    file: "/var/log/seldon/scores.jsonl",
    source: {
      files: ["/var/log/seldon/scores.jsonl"],
      where: { type: seldonFeedback },
      fields: {
        model: "inferenceservicename",
        predicted: {
          scores: "data.response.data.ndarray[]",
          classes: { path: "data.response.data.names" },
        },
        actual: "data.truth.data.ndarray[]",
        id: "requestid",
        time: "time",
      },
    },
    writes: {
      batch: (rows) =>
        seldonEvent(
          rows,
          { inferenceservicename: "iris" },
          {
            response: { data: { names: rows[0]?.classes, ndarray: rows.map(({ scores }) => scores) } },
            truth: { data: { ndarray: actualNames(rows) } },
          },
        ),
    },
    tag: { model: "iris" },
  },
  {
    name: "Seldon Core 1, documents of its request logger",
    about:
      "An export from Elasticsearch; batches are split already, one document a row. Documents without the response are skipped once they have a label.",
    rows: "iris",
    file: "/exports/seldon.jsonl",
    source: {
      files: ["/exports/seldon*.jsonl"],
      fields: {
        model: "_source.Ce-Inferenceservicename",
        predicted: { scores: "_source.response.instance", classes: ["setosa", "versicolor", "virginica"] },
        actual: "_source.feedback.truth",
        id: "_source.RequestId",
        time: "_source.@timestamp",
      },
    },
    writes: {
      line: ({ id, at, scores, actual }) => ({
        _index: "inference-log-seldon-ns-iris-default",
        _id: id,
        _source: {
          RequestId: id,
          ServingEngine: "seldon",
          "Ce-Inferenceservicename": "iris",
          "@timestamp": iso(at),
          response: { instance: scores, dataType: "tabular" },
          feedback: { truth: actual },
        },
      }),
    },
    tag: { model: "iris" },
  },
  {
    name: "Seldon Core 2, as its pipelines are inspected",
    about:
      "`seldon pipeline inspect` prints topic, id and JSON between tabs. Integers are texts there. `raw*Contents` cannot be read, nor can the topics themselves.",
    rows: "digits",
    file: "/var/log/seldon2/inspect.log",
    source: {
      files: ["/var/log/seldon2/*.log"],
      format: {
        regex: "^seldon\\.[^.]+\\.model\\.(?<model>[^.]+)\\.outputs\\t(?<id>\\S+)\\t(?<body>\\{.*)$",
      },
      fields: {
        model: "model",
        version: { in: "body", decode: "json", path: "modelVersion" },
        predicted: { in: "body", decode: "json", path: "outputs[name=label].contents.int64Contents[]" },
        actual: { in: "body", decode: "json", path: "outputs[name=truth].contents.int64Contents[]" },
        id: "id",
      },
    },
    writes: {
      batch: (rows) => {
        const tensor = (name: string, int64Contents: readonly string[]) => ({
          name,
          datatype: "INT64",
          shape: [String(rows.length)],
          contents: { int64Contents },
        });
        const outputs = [tensor("label", predictedNames(rows)), tensor("truth", actualNames(rows))];
        const body = { modelName: "digits_1", modelVersion: "1", outputs };
        return `seldon.default.model.digits.outputs\t${head(rows).id}\t${JSON.stringify(body)}`;
      },
    },
    tag: { model: "digits", version: "1" },
  },
  {
    name: "TorchServe, log of a model",
    about:
      "What a handler prints as JSON, behind the head that TorchServe puts before it. Its access log holds no predictions.",
    rows: "iris",
    file: "/var/log/torchserve/model_log.log",
    source: {
      files: ["/var/log/torchserve/model_log.log"],
      lines: "MODEL_LOG - \\{",
      format: {
        regex:
          "^(?<time>\\S+) \\[\\w+ *\\] W-\\d+-(?<model>\\S+)_(?<version>[^_\\s]+)-stdout MODEL_LOG - (?<body>\\{.*)$",
      },
      fields: {
        model: "model",
        version: "version",
        predicted: { in: "body", decode: "json", path: "pred" },
        actual: { in: "body", decode: "json", path: "truth" },
        id: { in: "body", decode: "json", path: "id" },
        time: { path: "time", zone: "Europe/Berlin" },
      },
    },
    writes: {
      line: ({ id, at, predicted, actual }) =>
        `${berlin(at).replace(".", ",")} [INFO ] W-9000-iris_1.0-stdout MODEL_LOG - ${JSON.stringify({ pred: predicted, truth: actual, id })}`,
    },
    others: {
      lines: [
        "2026-01-01T01:00:00,412 [INFO ] W-9000-iris_1.0-stdout MODEL_LOG - model loaded",
        "2026-01-01T01:00:00,412 [WARN ] W-9000-iris_1.0-stderr MODEL_LOG - Traceback (most recent call last):",
      ],
      skipped: "line",
    },
    tag: { model: "iris", version: "1.0" },
  },
  {
    name: "Ray Serve, JSON",
    about: "Keys of `extra` stand at the top. `timestamp_ns` is the time in nanoseconds, which needs no zone.",
    rows: "iris",
    file: "/tmp/ray/session_latest/logs/serve/replica_iris.log",
    source: {
      files: ["/tmp/ray/session_latest/logs/serve/replica_*.log"],
      where: { message: "scored" },
      fields: { model: "deployment", predicted: "pred", actual: "truth", id: "request_id", time: "timestamp_ns" },
    },
    writes: {
      line: ({ id, at, predicted, actual }) =>
        `{"asctime":"${asctime(at)}","levelname":"INFO","message":"scored","filename":"app.py","lineno":8,"deployment":"iris","replica":"x1","request_id":"${id}","pred":"${predicted}","truth":"${actual}","timestamp_ns":${at}000000}`,
    },
    others: { lines: [{ levelname: "INFO", message: "GET / 200 3.1ms", deployment: "iris" }], skipped: "where" },
    tag: { model: "iris" },
  },
  {
    name: "Ray Serve, text",
    rows: "iris",
    file: "/var/log/ray/replica_iris.log",
    source: {
      files: ["/var/log/ray/replica_*.log"],
      lines: " -- scored ",
      format: {
        regex:
          "^INFO (?<time>\\S+ \\S+) (?<model>\\S+) \\S+ (?<id>\\S+) -- scored pred=(?<pred>\\S+) truth=(?<truth>\\S+)",
      },
      fields: {
        model: "model",
        predicted: "pred",
        actual: "truth",
        id: "id",
        time: { path: "time", zone: "Europe/Berlin" },
      },
    },
    writes: {
      line: ({ id, at, predicted, actual }) =>
        `INFO ${asctime(at)} default_iris x1 ${id} -- scored pred=${predicted} truth=${actual}`,
    },
    others: { lines: ["INFO 2026-01-01 01:00:00,400 default_iris x1 c-7 -- GET / 200 3.1ms"], skipped: "line" },
    tag: { model: "default_iris" },
  },
];
