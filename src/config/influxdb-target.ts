/** Where a secret stands, to be read at each use. */
export type Secret = { readonly env: string } | { readonly file: string };

/** Server of InfluxDB that the figures are written to, and how. */
export type InfluxTarget = InfluxCommon &
  (
    | {
        readonly api: "v1";
        readonly database: string;
        readonly retentionPolicy: string | undefined;
        readonly username: string | undefined;
        readonly password: Secret | undefined;
      }
    | { readonly api: "v2"; readonly org: string; readonly bucket: string; readonly token: Secret | undefined }
    | { readonly api: "v3"; readonly database: string; readonly token: Secret | undefined }
  );

/** What all versions of InfluxDB have. */
interface InfluxCommon {
  /** Address without a trailing slash. */
  readonly url: string;
  /** Whole seconds, in milliseconds. */
  readonly intervalMs: number;
  /** Tags of all points; `instance` is always among them. */
  readonly tags: ReadonlyMap<string, string>;
  /** Cells of confusion matrices: of models with up to ten classes, all that occur, or none. */
  readonly confusion: "auto" | "nonzero" | "none";
  /** Most bytes of compressed lines that wait. */
  readonly maxBufferedBytes: number;
}
