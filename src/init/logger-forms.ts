import type { KnownForm } from "./forms.ts";

/** Fields of loggers, which are no classes though they have few values. */
const logger = ["level", "levelname", "logger_name", "log.level", "lineno", "pid", "hostname", "caller"] as const;

/** The known forms of loggers, whose keys are the user's own but for time and message. */
export const loggerForms: readonly KnownForm[] = [
  {
    name: "Ray Serve, JSON",
    sure: ["asctime", "levelname", "deployment"],
    tells: ["message"],
    model: ["deployment"],
    id: ["request_id"],
    time: ["timestamp_ns", "asctime"],
    never: [...logger, "replica", "filename"],
  },
  {
    name: "Python, python-json-logger",
    sure: ["message", "asctime", "levelname"],
    tells: ["message"],
    model: ["model", "name"],
    time: ["asctime"],
    never: logger,
    traps: ["asctime is local time where it has no offset"],
  },
  {
    name: "Python, structlog",
    sure: ["event", "level", "timestamp"],
    tells: ["event"],
    time: ["timestamp"],
    never: logger,
  },
  {
    name: "Python, loguru, serialized",
    sure: ["text", "record.elapsed", "record.extra"],
    tells: ["record.message"],
    time: ["record.time.timestamp"],
    predicted: ["record.extra"],
    actual: ["record.extra"],
  },
  {
    name: "Java, logstash-logback-encoder",
    sure: ["@timestamp", "@version", "level_value"],
    tells: ["message"],
    time: ["@timestamp"],
    never: [...logger, "@version"],
    traps: ["@version is the version of the format, not of the model"],
  },
  {
    name: "Java, log4j2 with the ECS layout",
    sure: ["@timestamp", "log.level", "log.logger"],
    tells: ["log.logger"],
    time: ["@timestamp"],
    never: ["log", "process", "ecs"],
  },
  {
    name: "Node.js, pino",
    sure: ["level", "time", "pid", "hostname"],
    tells: ["msg"],
    time: ["time"],
    never: [...logger, "v"],
  },
  {
    name: "Go, zap",
    sure: ["level", "ts", "caller", "msg"],
    tells: ["msg"],
    time: ["ts"],
    never: logger,
    traps: [
      "zap's production config samples: of one message the first 100 a second, then one of 100; turn it off for predictions",
    ],
  },
  { name: "Go, zerolog", sure: ["level", "time", "message"], tells: ["message"], time: ["time"], never: logger },
  { name: "Go, slog", sure: ["level", "time", "msg"], tells: ["msg"], time: ["time"], never: logger },
];
