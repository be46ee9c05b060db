/** A form of text, with the regular expression that reads it. */
export interface TextForm {
  readonly name: string;
  readonly regex: string;
  /** What tells its lines from others of the same log. */
  readonly lines: string;
}

/** The known forms of text; of two that fit, the first. */
export const textForms: readonly TextForm[] = [
  {
    name: "TorchServe, log of a model",
    regex: String.raw`^(?<time>\S+) \[\w+ *\] W-\d+-(?<model>\S+)_(?<version>[^_\s]+)-stdout MODEL_LOG - (?<body>\{.*)$`,
    lines: String.raw`MODEL_LOG - \{`,
  },
  {
    name: "Seldon Core 2, as its pipelines are inspected",
    regex: String.raw`^seldon\.[^.]+\.model\.(?<model>[^.]+)\.outputs\t(?<id>\S+)\t(?<body>\{.*)$`,
    lines: String.raw`\.outputs\t`,
  },
  {
    name: "Fluent Bit, output file in its own format",
    regex: String.raw`^(?<tag>[^:{]+): \[(?<at>[\d.]+), (?<record>\{.*\})\]$`,
    lines: String.raw`: \[[\d.]+, \{`,
  },
  {
    name: "Python, logging as text with JSON",
    regex: String.raw`^(?<time>\d{4}-\d\d-\d\d[ T]\S+) [^{]*(?<body>\{.*\})$`,
    lines: String.raw`\{.*\}$`,
  },
  {
    name: "text with JSON",
    regex: String.raw`^[^{]*[^{\s][^{]* (?<body>\{".*\})$`,
    lines: String.raw`\{".*\}$`,
  },
];

/** The known heads of lines that go on with `key=value`; of two that fit, the first. */
export const textHeads: readonly { readonly name: string; readonly head: string }[] = [
  {
    name: "Ray Serve, text",
    head: String.raw`^\w+ (?<time>\d{4}-\d\d-\d\d \S+) (?<model>\S+) \S+ (?<id>\S+) -- [^=]*`,
  },
  { name: "Python, logging as text", head: String.raw`^(?<time>\d{4}-\d\d-\d\d[ T]\S+) [^=]*` },
  { name: "text with key=value", head: "^[^=]*" },
];
