import { isRecord } from "../serializable.ts";
import { jsonOf } from "./values.ts";

/** What a runtime or a shipper puts around the program's own line. */
export interface Carrier {
  readonly name: string;
  /** The word of the config. */
  readonly wrapper: "cri" | "docker" | { readonly path: string };
  /** What a user must know of it. */
  readonly trap?: string;
  /** Takes the program's line out of one; undefined for a line that has no such carrier. */
  readonly inside: (line: string) => string | undefined;
}

/** Keys that an object must have to be of a carrier: a text, or a key at all. */
interface Signs {
  readonly texts: readonly string[];
  readonly keys?: readonly string[];
}

const cri = /^\d{4}-\d\d-\d\dT\S+ (?:stdout|stderr) [FP] (?<line>.*)$/u;

/** The known carriers; of two that fit, the first. */
const carriers: readonly Carrier[] = [
  { name: "Kubernetes, container log (CRI)", wrapper: "cri", inside: (line) => cri.exec(line)?.groups?.["line"] },
  ofObject("Fluent Bit, with the Kubernetes filter", "log", { texts: ["log"], keys: ["kubernetes"] }),
  {
    ...ofObject("Docker, json-file", "log", { texts: ["log", "stream", "time"] }),
    wrapper: "docker",
  },
  {
    ...ofObject("Filebeat", "message", { texts: ["message"], keys: ["@metadata"] }),
    trap: "its @timestamp is the time of reading: the time of the program's own line is taken",
  },
  ofObject("Vector", "message", { texts: ["message", "source_type"] }),
  ofObject("Kafka Connect, schema and payload", "payload", { texts: [], keys: ["schema", "payload"] }),
];

/** The carrier of most of the lines; undefined where they are the program's own. */
export function carrierOf(lines: readonly string[]): Carrier | undefined {
  const needed = lines.length / 2;
  return carriers.find(({ inside }) => lines.filter((line) => inside(line) !== undefined).length > needed);
}

function ofObject(name: string, path: string, { texts, keys = [] }: Signs): Carrier {
  return {
    name,
    wrapper: { path },
    inside: (line) => {
      const value = line.startsWith("{") ? jsonOf(line) : undefined;
      if (!isRecord(value)) return undefined;
      if (!texts.every((key) => typeof value[key] === "string") || !keys.every((key) => Object.hasOwn(value, key)))
        return undefined;
      const own = value[path];
      return typeof own === "string" ? own.replace(/\n$/u, "") : JSON.stringify(own);
    },
  };
}
