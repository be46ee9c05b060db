/**
 * Failpoints: moments at which a crash is most likely to reveal a bug. For tests only: the process kills itself at the
 * Nth visit of the point that the environment variable MODEL_QUALITY_FAULT_AT names, as `NAME:N`.
 */
export const faultPoints = [
  /** After reading bytes, before handing on their lines. */
  "read",
  /** After counting the lines of a read, before advancing the offset. */
  "counted",
  /** After advancing the offset. */
  "moved",
  /** After starting to follow a new file. */
  "begun",
  /** After detecting that a file has left its path. */
  "displaced",
  /** After detecting truncation or replacement, before handling it. */
  "truncated",
  /** After continuing in a copy of the file. */
  "copied",
  /** After counting a part of a compressed file. */
  "archive",
  /** After retiring a file. */
  "ended",
  /** After collecting consistent offsets and counts, before writing. */
  "taken",
  /** Inside the transaction, after writing an entry. */
  "written",
  /** After the transaction is durable, before the daemon is notified. */
  "durable",
  /** After the daemon is notified of the durable transaction. */
  "committed",
] as const;

/** Those of a join, which a daemon without one does not come to. */
export const joinFaultPoints = [
  /** After parking a half. */
  "parked",
  /** After counting an outcome in the windows, before remembering its id. */
  "joined",
  /** After mending the windows, before remembering the corrected class. */
  "mended",
] as const;

/** Those of events by HTTP. */
export const ingestFaultPoints = [
  /** After reading the body of a request, before anything counts. */
  "received",
  /** After counting the events of a body, before remembering its key. */
  "posted",
  /** After remembering the key, before the commit. */
  "keyed",
  /** After the commit of the events, before the answer. */
  "kept",
  /** After sending the answer. */
  "answered",
] as const;

/** One of these lists. */
export type FaultPoint =
  (typeof faultPoints)[number] | (typeof joinFaultPoints)[number] | (typeof ingestFaultPoints)[number];

const selected = /^(?<name>[a-z]+):(?<visits>\d+)$/u.exec(process.env["MODEL_QUALITY_FAULT_AT"] ?? "")?.groups;
let remaining = Number(selected?.["visits"]);

/** Marks a fault point; without effect outside of tests. */
export const faultPoint: (name: FaultPoint) => void =
  selected === undefined
    ? () => undefined
    : (name) => {
        if (name === selected["name"] && --remaining === 0) process.kill(process.pid, "SIGKILL");
      };
