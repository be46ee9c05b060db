import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** The paths of a certificate and its key. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

function openssl(args: readonly string[], input?: string): string {
  return execFileSync("openssl", args, { encoding: "utf8", input, stdio: ["pipe", "pipe", "ignore"] });
}

/** An authority of its own, made by openssl, that issues certificates in a folder. */
export class Authority implements Certificate {
  readonly cert: string;
  readonly key: string;
  readonly #dir: string;

  constructor(dir: string, name = "ca") {
    mkdirSync(dir, { recursive: true });
    this.#dir = dir;
    this.cert = join(dir, `${name}.pem`);
    this.key = join(dir, `${name}.key`);
    openssl(["req", "-x509", ...newKey, "-keyout", this.key, "-out", this.cert, "-subj", `/CN=${name}`]);
  }

  /** Issues a certificate for alternative names; one of -1 `days` has expired. */
  issue(name: string, sans = "DNS:localhost,IP:127.0.0.1", days = 2): Certificate {
    const cert = join(this.#dir, `${name}.pem`);
    const key = join(this.#dir, `${name}.key`);
    const names = ["-addext", `subjectAltName=${sans}`];
    const request = openssl(["req", ...newKey, "-keyout", key, "-subj", `/CN=${name}`, ...names]);
    const by = ["-CA", this.cert, "-CAkey", this.key, "-CAcreateserial", "-copy_extensions", "copy"];
    openssl(["x509", "-req", ...by, "-days", String(days), "-out", cert], request);
    return { cert, key };
  }
}
