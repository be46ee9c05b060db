/**
 * Moments at which a crash would do the most harm, if anything were wrong. For tests only: the process kills itself at
 * the one that the environment variable MODEL_QUALITY_FAULT_AT names, `NAME:N`, when it comes there the Nth time.
 */
export const faultPoints = [
  /** Bytes are read, their lines are not handed on. */
  "read",
  /** The lines of a read are counted, the offset has not moved. */
  "counted",
  /** The offset has moved past what is counted. */
  "moved",
  /** A file that was never seen is followed from now on. */
  "begun",
  /** A file was found to have left its path. */
  "displaced",
  /** A file was found to be shorter, or another one, and nothing is done about it yet. */
  "truncated",
  /** Following goes on in a copy of the file. */
  "copied",
  /** A part of a compressed file is counted. */
  "archive",
  /** A file is let go. */
  "ended",
  /** Offsets and counts of one moment are taken, nothing is written. */
  "taken",
  /** Inside of the transaction: some entries are written. */
  "written",
  /** The transaction is on the disk, the daemon does not know it yet. */
  "durable",
  /** The daemon knows that the transaction is on the disk. */
  "committed",
] as const;

/** One of `faultPoints`. */
export type FaultPoint = (typeof faultPoints)[number];

const wanted = /^(?<name>[a-z]+):(?<visits>\d+)$/u.exec(process.env["MODEL_QUALITY_FAULT_AT"] ?? "")?.groups;
let left = Number(wanted?.["visits"]);

/** Marks such a moment in the code. Does nothing but for a test. */
export const faultPoint: (name: FaultPoint) => void =
  wanted === undefined
    ? () => undefined
    : (name) => {
        if (name === wanted["name"] && --left === 0) process.kill(process.pid, "SIGKILL");
      };
