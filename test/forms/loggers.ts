import type { Form } from "./form.ts";
import { asctime, berlin, iso, wholeSeconds } from "./written.ts";

const model = { value: "iris" };
const tag = { model: "iris" };

/** Loggers, whose keys are the user's own but for time and message. */
export const loggers: readonly Form[] = [
  {
    name: "Plain JSON lines",
    about: "Read without `fields`: these are the names by default.",
    rows: "digits",
    file: "/var/log/models/digits.jsonl",
    source: { files: ["/var/log/models/digits.jsonl"] },
    writes: {
      line: ({ id, at, predicted, actual }) => ({
        ts: iso(at),
        request_id: id,
        model: "digits",
        version: "v1",
        prediction: predicted,
        label: actual,
      }),
    },
    tag: { model: "digits", version: "v1" },
  },
  {
    name: "Python, python-json-logger",
    about: '`asctime` is local time. What JSON lacks, such as NumPy\'s integers, becomes text: `"1"` is the class `1`.',
    rows: "digits",
    file: "/var/log/app/python.jsonl",
    source: {
      files: ["/var/log/app/python.jsonl"],
      where: { message: "scored" },
      fields: {
        model: "name",
        predicted: "pred",
        actual: "truth",
        id: "rid",
        time: { path: "asctime", zone: "Europe/Berlin" },
      },
    },
    writes: {
      line: ({ id, at, predicted, actual }) => ({
        asctime: asctime(at),
        levelname: "INFO",
        name: "digits",
        message: "scored",
        pred: predicted,
        truth: Number(actual),
        rid: id,
      }),
    },
    others: {
      lines: [{ asctime: "2026-01-01 01:00:00,412", levelname: "INFO", name: "digits", message: "started" }],
      skipped: "where",
    },
    tag: { model: "digits" },
  },
  {
    name: "Python, logging as text",
    about: "Tracebacks and other messages are lines that `lines` leaves out.",
    rows: "iris",
    file: "/var/log/app/serve.log",
    source: {
      files: ["/var/log/app/serve.log"],
      lines: " pred=",
      format: {
        regex: "^(?<time>\\S+ \\S+) \\w+ (?<model>\\w+): pred=(?<pred>\\S+) truth=(?<truth>\\S+) rid=(?<rid>\\S+)$",
      },
      fields: {
        model: "model",
        predicted: "pred",
        actual: "truth",
        id: "rid",
        time: { path: "time", zone: "Europe/Berlin" },
      },
    },
    writes: {
      line: ({ id, at, predicted, actual }) => `${asctime(at)} INFO iris: pred=${predicted} truth=${actual} rid=${id}`,
    },
    others: {
      lines: ["Traceback (most recent call last):", '  File "serve.py", line 8, in <module>'],
      skipped: "line",
    },
    tag,
  },
  {
    name: "Python, structlog",
    rows: "iris",
    file: "/var/log/app/structlog.jsonl",
    source: {
      files: ["/var/log/app/structlog.jsonl"],
      where: { event: "scored" },
      fields: { model, predicted: "pred", actual: "truth", id: "rid", time: "timestamp" },
    },
    writes: {
      line: ({ id, at, predicted, actual }) => ({
        pred: predicted,
        truth: actual,
        rid: id,
        event: "scored",
        level: "info",
        timestamp: iso(at).replace("Z", "312Z"),
      }),
    },
    others: { lines: [{ event: "started", level: "info" }], skipped: "where" },
    tag,
  },
  {
    name: "Python, structlog as logfmt",
    rows: "iris",
    file: "/var/log/app/structlog.logfmt",
    source: {
      files: ["/var/log/app/structlog.logfmt"],
      format: "logfmt",
      where: { event: "scored" },
      fields: { model, predicted: "pred", actual: "truth", id: "rid", time: "timestamp" },
    },
    writes: {
      line: ({ id, at, predicted, actual }) =>
        `timestamp=${iso(at)} level=info event=scored pred=${predicted} truth=${actual} rid=${id} cached`,
    },
    others: { lines: ['timestamp=2026-01-01T00:00:00Z level=info event="model loaded"'], skipped: "where" },
    tag,
  },
  {
    name: "Python, loguru, serialized",
    about: "The user's keys stand in `record.extra`. `record.time.timestamp` is Unix seconds with a fraction.",
    rows: "iris",
    file: "/var/log/app/loguru.jsonl",
    source: {
      files: ["/var/log/app/loguru.jsonl"],
      where: { "record.message": "scored" },
      fields: {
        model: "record.extra.model",
        predicted: "record.extra.pred",
        actual: "record.extra.truth",
        id: "record.extra.rid",
        time: "record.time.timestamp",
      },
    },
    writes: {
      line: ({ id, at, predicted, actual }) => ({
        text: `${berlin(at).replace("T", " ")} | INFO     | serve:score:8 - scored\n`,
        record: {
          elapsed: { seconds: 4.1 },
          extra: { model: "iris", pred: predicted, truth: actual, rid: id },
          message: "scored",
          time: { repr: `${berlin(at).replace("T", " ")}+01:00`, timestamp: at / 1000 },
        },
      }),
    },
    others: { lines: [{ text: "started\n", record: { extra: {}, message: "started" } }], skipped: "where" },
    tag,
  },
  {
    name: "Java, logstash-logback-encoder",
    about: "`@version` is the version of the format, not of the model.",
    rows: "iris",
    file: "/var/log/app/logback.jsonl",
    source: {
      files: ["/var/log/app/logback.jsonl"],
      where: { message: "scored" },
      fields: { model, predicted: "pred", actual: "truth", id: "rid", time: "@timestamp" },
    },
    writes: {
      line: ({ id, at, predicted, actual }) => ({
        "@timestamp": `${berlin(at)}+01:00`,
        "@version": "1",
        message: "scored",
        logger_name: "com.example.Scorer",
        level: "INFO",
        level_value: 20_000,
        pred: predicted,
        truth: actual,
        rid: id,
      }),
    },
    others: { lines: [{ "@version": "1", message: "started", level: "INFO" }], skipped: "where" },
    tag,
  },
  {
    name: "Java, log4j2 with the ECS layout",
    about:
      "A message that is a map is JSON in a text. Other messages have no prediction; `where` tells them by their logger.",
    rows: "iris",
    file: "/var/log/app/ecs.jsonl",
    source: {
      files: ["/var/log/app/ecs.jsonl"],
      where: { "log.logger": "com.example.Scorer" },
      fields: {
        model,
        predicted: { in: "message", decode: "json", path: "pred" },
        actual: { in: "message", decode: "json", path: "truth" },
        id: { in: "message", decode: "json", path: "rid" },
        time: "@timestamp",
      },
    },
    writes: {
      line: ({ id, at, predicted, actual }) => ({
        "@timestamp": iso(at),
        "log.level": "INFO",
        message: JSON.stringify({ pred: predicted, truth: actual, rid: id }),
        "log.logger": "com.example.Scorer",
        "process.thread.name": "main",
      }),
    },
    others: { lines: [{ message: "started", "log.logger": "com.example.Main" }], skipped: "where" },
    tag,
  },
  {
    name: "Node.js, pino",
    about: "`time` is Unix milliseconds.",
    rows: "iris",
    file: "/var/log/app/pino.jsonl",
    source: {
      files: ["/var/log/app/pino.jsonl"],
      where: { msg: "scored" },
      fields: { model, predicted: "pred", actual: "truth", id: "rid", time: "time" },
    },
    writes: {
      line: ({ id, at, predicted, actual }) => ({
        level: 30,
        time: at,
        pid: 1,
        hostname: "h",
        pred: predicted,
        truth: actual,
        rid: id,
        msg: "scored",
      }),
    },
    others: { lines: [{ level: 30, time: 1_767_225_600_412, msg: "listening" }], skipped: "where" },
    tag,
  },
  {
    name: "Go, zap",
    about:
      "`ts` is Unix seconds with a fraction. Its production config samples: of one message the first 100 a second, then one of 100; turn it off for predictions.",
    rows: "iris",
    file: "/var/log/app/zap.jsonl",
    source: {
      files: ["/var/log/app/zap.jsonl"],
      where: { msg: "scored" },
      fields: { model, predicted: "pred", actual: "truth", id: "rid", time: "ts" },
    },
    writes: {
      line: ({ id, at, predicted, actual }) => ({
        level: "info",
        ts: at / 1000,
        caller: "serve/score.go:8",
        msg: "scored",
        pred: predicted,
        truth: actual,
        rid: id,
      }),
    },
    others: { lines: [{ level: "info", ts: 1_767_225_600.4, msg: "listening" }], skipped: "where" },
    tag,
  },
  {
    name: "Go, zerolog",
    rows: "iris",
    file: "/var/log/app/zerolog.jsonl",
    source: {
      files: ["/var/log/app/zerolog.jsonl"],
      where: { message: "scored" },
      fields: { model, predicted: "pred", actual: "truth", id: "rid", time: "time" },
    },
    writes: {
      line: ({ id, at, predicted, actual }) => ({
        level: "info",
        pred: predicted,
        truth: actual,
        rid: id,
        time: wholeSeconds(at),
        message: "scored",
      }),
    },
    others: { lines: [{ level: "info", message: "listening" }], skipped: "where" },
    tag,
  },
  {
    name: "Go, slog",
    rows: "iris",
    file: "/var/log/app/slog.jsonl",
    source: {
      files: ["/var/log/app/slog.jsonl"],
      where: { msg: "scored" },
      fields: { model, predicted: "out.pred", actual: "out.truth", id: "rid", time: "time" },
    },
    writes: {
      line: ({ id, at, predicted, actual }) => ({
        time: `${berlin(at).replace(/\.?0+$/u, "")}+01:00`,
        level: "INFO",
        msg: "scored",
        out: { pred: predicted, truth: actual },
        rid: id,
      }),
    },
    others: { lines: [{ level: "INFO", msg: "listening" }], skipped: "where" },
    tag,
  },
  {
    name: "pandas, to_csv",
    about:
      "The first column is the index, without a name. A column with gaps turns into fractions: the label `2.0` is the class `2`. A gap is no label, and its line is skipped.",
    rows: "digits",
    file: "/exports/frame.csv",
    head: ",cust,pred,truth,when",
    source: {
      files: ["/exports/frame.csv"],
      format: "csv",
      fields: {
        model: { value: "digits" },
        predicted: "pred",
        actual: "truth",
        id: "cust",
        time: { path: "when", zone: "UTC" },
      },
    },
    writes: {
      line: ({ id, at, predicted, actual }) =>
        `0,${id},${predicted},${actual}.0,${iso(at).slice(0, 19).replace("T", " ")}`,
    },
    others: { lines: ["0,C1,2,,2026-01-01 00:00:00"], skipped: "unlabelled" },
    tag: { model: "digits" },
  },
  {
    name: "pandas, to_csv with semicolons and decimal commas",
    rows: "iris",
    file: "/exports/rahmen.csv",
    head: ";kunde;vorhersage;wahrheit;zeit",
    source: {
      files: ["/exports/rahmen.csv"],
      format: { csv: { delimiter: ";" } },
      encoding: "latin1",
      fields: { model, predicted: "vorhersage", actual: "wahrheit", id: "kunde", time: "zeit" },
    },
    writes: {
      line: ({ id, at, predicted, actual }) => `0;${id};${predicted};${actual};${String(at / 1000).replace(".", ",")}`,
    },
    tag,
  },
];
