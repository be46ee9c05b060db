// Written by `npm run docs` from the schema: edits are lost.

/** The keys of csv. */
export interface CsvInput {
  /** What separates the cells; `auto` finds it by the header. Default `","`. */
  readonly delimiter?: undefined | "," | ";" | "\t" | "|" | "auto";
  /** Names of the columns, for files without a header; a header that comes counts from there on. */
  readonly columns?: undefined | readonly string[];
  /** Whether a quoted cell may hold line ends. Default `false`. */
  readonly multiline?: undefined | boolean;
}

/** The keys of field. */
export type FieldInput =
  | string
  | {
      /** The field. */
      readonly path: string;
      /** A regular expression on the field's value, whose group is what is read. */
      readonly match: string;
    }
  | PackedInput
  | {
      /** A fixed value for every line. */
      readonly value: string | number | boolean;
    }
  | {
      /** An environment variable, read when the config is loaded. */
      readonly env: string;
      /** The value when the variable is not set. */
      readonly default?: undefined | string;
    }
  | {
      /** A regular expression on the path of the file, whose group is the value. */
      readonly file: string;
    };

/** The keys of fields. */
export interface FieldsInput {
  /** The model: label `model`. Default `"model"`. */
  readonly model?: undefined | FieldInput;
  /** The version: label `version`; series of events without it have no such label. */
  readonly version?: undefined | FieldInput;
  /** Additional labels of a tag: Prometheus label name to the field of its value. */
  readonly labels?: undefined | Readonly<Record<string, FieldInput>>;
  /** The predicted class, scores of which the highest wins, or a score with a threshold; null for a log of labels alone. Default `"prediction"`. */
  readonly predicted?: undefined | PredictedInput | null;
  /** The true class; null for a log of predictions alone. Default `"label"`. */
  readonly actual?: undefined | FieldInput | null;
  /** The request id; of a list the first field with a value counts. */
  readonly id?: undefined | IdInput;
  /** The time of the event: RFC 3339 and ISO 8601, Apache's, nginx's and RFC 2822's forms, or Unix seconds to nanoseconds; with `zone` for times without an offset. By default the time of arrival. */
  readonly time?: undefined | TimeInput;
}

/** The keys of format. */
export type FormatInput =
  | "json"
  | "logfmt"
  | "csv"
  | {
      /** A regular expression whose named groups are the fields. */
      readonly regex: string;
    }
  | {
      /** CSV that differs from the format `csv`. */
      readonly csv: CsvInput;
    };

/** The keys of http. */
export interface HttpInput {
  /** File of bearer tokens, one a line, relative to the folder of the config and read again when it changes; without it the exporter must listen on loopback, or demand a login. */
  readonly tokensFile?: undefined | string;
  /** Maximum bytes of the body of a request, inflated. Default `4194304`, from 1024 to 268435456. */
  readonly maxBodyBytes?: undefined | number;
  /** Maximum number of events of a request. Default `10000`, from 1 to 1000000. */
  readonly maxEvents?: undefined | number;
  /** Maximum bytes of bodies that are read or wait to be durable; further requests are refused with 429. Default `16777216`, from 1024 to 4294967296. */
  readonly maxQueuedBytes?: undefined | number;
  /** Rate of requests past which they are refused with 429; by default none is. */
  readonly rate?: undefined | RateInput;
  /** Whether ids past `join.maxIds` push out those that wait for their other half, or are refused with 429. Default `"evict"`. */
  readonly whenFull?: undefined | "evict" | "refuse";
}

/** The keys of id. */
export type IdInput = FieldInput | readonly FieldInput[];

/** The keys of links. */
export interface LinksInput {
  /** Directories that links may lead to as well, relative to the folder of the config. */
  readonly to: readonly string[];
}

/** The keys of packed. */
export interface PackedInput {
  /** The field that holds the text. */
  readonly in: string;
  /** How the value is packed in the text, from the outside in: `json`, `base64`, `csv` (the cells of a row). */
  readonly decode: "json" | "base64" | "csv" | readonly ("json" | "base64" | "csv")[];
  /** Where the value stands in what is unpacked, `[0]` for the first cell; by default all of it. */
  readonly path?: undefined | string;
  /** A regular expression on the field's value, whose group is what is read. */
  readonly match?: undefined | string;
}

/** The keys of predicted. */
export type PredictedInput = FieldInput | ScoresInput | ScoreInput;

/** The keys of rate. */
export interface RateInput {
  /** Requests per second in the long run. */
  readonly perSecond: number;
  /** Requests that may come at once. Default `100`, from 1 to 1000000. */
  readonly burst?: undefined | number;
}

/** The keys of score. */
export interface ScoreInput {
  /** The field of the score. */
  readonly score: FieldInput;
  /** The minimum score of the class `above`. */
  readonly threshold: number;
  /** The class of a score below the threshold. */
  readonly below: string | number | boolean;
  /** The class of a score at the threshold or above it. */
  readonly above: string | number | boolean;
}

/** The keys of scores. */
export interface ScoresInput {
  /** The field of the scores: an array in the order of `classes`, or an object of classes. */
  readonly scores: string | PackedInput;
  /** The classes in the order of the scores, or where the line has the array of them. */
  readonly classes?:
    | undefined
    | readonly (string | number | boolean)[]
    | {
        /** The array of the classes in the line, one for each score. */
        readonly path: string | PackedInput;
      }
    | PackedInput;
}

/** The keys of source. */
export interface SourceInput {
  /** Name of the source on metrics and in messages; by default its first pattern, or `http`. */
  readonly name?: undefined | string;
  /** Paths and globs, relative to the folder of the config; a source has these, or `http`. */
  readonly files?: undefined | readonly string[];
  /** Takes events by `POST /api/v1/events` instead of from files, as JSON; at most one source does. */
  readonly http?: undefined | HttpInput;
  /** Globs of files to exclude. */
  readonly exclude?: undefined | readonly string[];
  /** Links to follow out of the base of a glob, or the folder of a named file. */
  readonly links?: undefined | LinksInput;
  /** Where reading of a new file starts. Default `"beginning"`. */
  readonly startAt?: undefined | "beginning" | "end";
  /** `poll` checks files every 250 ms and for new ones every second; `auto` also reacts to file system events, and looks less often while there are none. Default `"auto"`. */
  readonly watch?: undefined | "auto" | "poll";
  /** Wrapper of each line: `cri` (Kubernetes), `docker` (json-file), `auto`, detected per line, or a field of a JSON object. Default `"none"`. */
  readonly wrapper?: undefined | WrapperInput;
  /** Format of a line; `csv` has commas and a header, `{ csv }` may have others or none. Default `"json"`. */
  readonly format?: undefined | FormatInput;
  /** Encoding of the log, as a label of the WHATWG standard: `latin1`, `gbk`, `shift_jis`, ...; not UTF-16. Default `"utf-8"`. */
  readonly encoding?: undefined | string;
  /** Further words that are no value where a class, score or time is read. */
  readonly missing?: undefined | readonly (string | number | boolean)[];
  /** A regular expression that a line must match, without its wrapper; others are skipped, not errors. */
  readonly lines?: undefined | string;
  /** Values that fields must have, as text: path to a value or a list; lines without them are skipped, not errors. */
  readonly where?:
    undefined | Readonly<Record<string, string | number | boolean | readonly (string | number | boolean)[]>>;
  /** Maximum bytes of a line; by default that of `limits`, and at most 65536 where `format` is a regular expression. From 64 to 268435456. */
  readonly maxLineBytes?: undefined | number;
  /** How long no file may give a line before an alert fires, or `"never"`; by default `"1h"`, and never for a source of labels alone. */
  readonly silentAfter?: undefined | string;
  /** Mapping of fields; by default `model`, `version`, `prediction`, `label`, `request_id` and `ts`, where present. */
  readonly fields?: undefined | FieldsInput;
}

/** The keys of time. */
export type TimeInput =
  | FieldInput
  | ZonedTimeInput
  | {
      /** The field that holds the text. */
      readonly in: string;
      /** How the value is packed in the text, from the outside in: `json`, `base64`, `csv` (the cells of a row). */
      readonly decode: "json" | "base64" | "csv" | readonly ("json" | "base64" | "csv")[];
      /** Where the value stands in what is unpacked, `[0]` for the first cell; by default all of it. */
      readonly path?: undefined | string;
      /** A regular expression on the field's value, whose group is what is read. */
      readonly match?: undefined | string;
      /** The zone of times without an offset: an IANA name, `UTC`, or `local` for that of the exporter's process. */
      readonly zone: string;
    };

/** The keys of wrapper. */
export type WrapperInput =
  | "none"
  | "cri"
  | "docker"
  | "auto"
  | {
      /** The field of a JSON object that holds the program's own line, or is it. */
      readonly path: string;
    };

/** The keys of zoned time. */
export interface ZonedTimeInput {
  /** The field of the time. */
  readonly path: string;
  /** A regular expression on the field's value, whose group is what is read. */
  readonly match?: undefined | string;
  /** The zone of times without an offset: an IANA name, `UTC`, or `local` for that of the exporter's process. */
  readonly zone: string;
}
