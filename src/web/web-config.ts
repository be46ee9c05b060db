import { dirname, resolve } from "node:path";
import { faultText, type Fault } from "../config/fault.ts";
import { suggestion } from "../config/nearest.ts";
import { Problem } from "../problem.ts";
import { isRecord } from "../serializable.ts";
import { tlsVersions } from "./tls-names.ts";
import { knownKeys, webSchema, type CheckedTls, type CheckedWeb } from "./web-schema.ts";
import { readWebYaml } from "./web-yaml.ts";

/** Policies for client certificates, of exporter-toolkit and Go. */
export type ClientAuth =
  | "NoClientCert"
  | "RequestClientCert"
  | "RequireAnyClientCert"
  | "VerifyClientCertIfGiven"
  | "RequireAndVerifyClientCert";

/** PEM text, in the web config or in a file of its own. */
export type PemSource = { readonly text: string } | { readonly file: string };

/** TLS settings of a web config. */
export interface TlsSettings {
  readonly cert: PemSource;
  readonly key: PemSource;
  readonly clientCa: PemSource | undefined;
  readonly clientAuth: ClientAuth;
  /** Alternative names of which a client certificate must have one; undefined for no demand. */
  readonly allowedSans: readonly string[] | undefined;
  /** Versions, cipher suites and curves in Go's names; undefined for the defaults. */
  readonly minVersion: string;
  readonly maxVersion: string;
  readonly cipherSuites: readonly string[] | undefined;
  readonly preferServerSuites: boolean;
  readonly curves: readonly string[] | undefined;
}

/** Web config in exporter-toolkit's format. */
export interface WebConfig {
  /** Undefined for plain HTTP. */
  readonly tls: TlsSettings | undefined;
  /** True where the file asks for HTTP/2. */
  readonly http2: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** Bcrypt hashes by user; without any, no login is demanded. */
  readonly users: ReadonlyMap<string, string>;
  readonly rateLimit: { readonly intervalMs: number; readonly burst: number } | undefined;
}

/** Parses a web config; throws a `Problem` with all faults and their lines. Relative paths start at its folder. */
export function parseWebConfig(content: string, file: string): WebConfig {
  const yaml = readWebYaml(content, file);
  const value = withoutBlanks(yaml.value ?? {});
  const result = webSchema.safeParse(value);
  const faults = result.success ? crossFaults(result.data) : result.error.issues.flatMap(issueFaults);
  if (!result.success || faults.length > 0) {
    const details = faults
      .map((fault) => ({ line: yaml.lineOf(fault.path), text: faultText(fault) }))
      .sort((a, b) => a.line - b.line)
      .map(({ line, text }) => `line ${line}: ${text}`);
    throw new Problem(`${file}: ${details.length === 1 ? "1 fault" : `${details.length} faults`} in the web config`, {
      details,
      exitCode: 2,
    });
  }
  const { tls_server_config: tls, http_server_config: http, basic_auth_users, rate_limit } = result.data;
  const { interval = 0, burst = 0 } = rate_limit ?? {};
  return {
    tls: tls && tlsSettings(tls, file),
    http2: http?.http2 ?? false,
    headers: definedIn(http?.headers ?? {}),
    users: basic_auth_users ?? new Map(),
    rateLimit: interval > 0 ? { intervalMs: interval, burst } : undefined,
  };
}

/** Leaves out keys without a value, which exporter-toolkit takes for unset; a user without a hash is a fault. */
function withoutBlanks(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([, entry]) => entry !== "");
  return Object.fromEntries(
    kept.map(([key, entry]) => [key, key === "basic_auth_users" ? entry : withoutBlanks(entry)]),
  );
}

type Issue = NonNullable<ReturnType<typeof webSchema.safeParse>["error"]>["issues"][number];

function issueFaults(issue: Issue): readonly Fault[] {
  const { path, message } = issue;
  if (issue.code !== "unrecognized_keys") {
    const end = path.findIndex((key) => typeof key === "string" && !looksLikeKey(key));
    return [{ path: end < 0 ? path : path.slice(0, end), text: message }];
  }
  const known = knownKeys.get(path.join(".")) ?? [];
  return issue.keys.map((key) =>
    looksLikeKey(key)
      ? { path: [...path, key], text: `unknown key${suggestion(key, known, "keys")}` }
      : { path, text: `unknown key; the keys are ${known.join(", ")}` },
  );
}

/** What does not look like a key or a name may be a secret in a wrong place. */
function looksLikeKey(key: string): boolean {
  return /^[\w.@-]{1,40}$/u.test(key);
}

function crossFaults({ tls_server_config: tls, rate_limit: rate }: CheckedWeb): readonly Fault[] {
  const faults: Fault[] = [];
  if (rate?.interval !== undefined && rate.interval > 0 && rate.burst === undefined) {
    faults.push({ path: ["rate_limit", "burst"], text: "missing; without it every request would be refused" });
  }
  if (tls === undefined) return faults;
  const add = (key: string, text: string): void => void faults.push({ path: ["tls_server_config", key], text });
  for (const name of ["cert", "key"] as const) {
    if (tls[name] === undefined && tls[`${name}_file`] === undefined) add(`${name}_file`, "missing");
  }
  for (const name of ["cert", "key", "client_ca"] as const) {
    if (tls[name] !== undefined && tls[`${name}_file`] !== undefined) add(name, `given beside ${name}_file; keep one`);
  }
  const hasCa = tls.client_ca !== undefined || tls.client_ca_file !== undefined;
  const policy = clientAuth(tls);
  const verifies = policy === "VerifyClientCertIfGiven" || policy === "RequireAndVerifyClientCert";
  if (hasCa && policy === "NoClientCert")
    add("client_auth_type", "missing; without it no client certificate is asked for");
  if (verifies && !hasCa) add("client_ca_file", `missing; ${policy} needs to know who may issue certificates`);
  if (tls.client_allowed_sans !== undefined && !policy.startsWith("Require")) {
    add("client_allowed_sans", "needs client_auth_type RequireAnyClientCert or RequireAndVerifyClientCert");
  }
  const versions = [...tlsVersions.keys()];
  if (versions.indexOf(tls.min_version) > versions.indexOf(tls.max_version)) {
    add("max_version", "below min_version; no version is left");
  }
  return faults;
}

function clientAuth({ client_auth_type: type }: CheckedTls): ClientAuth {
  switch (type) {
    case "RequestClientCert":
    case "VerifyClientCertIfGiven":
    case "RequireAndVerifyClientCert":
      return type;
    case "RequireAnyClientCert":
    case "RequireClientCert":
      return "RequireAnyClientCert";
    default:
      return "NoClientCert";
  }
}

function tlsSettings(tls: CheckedTls, file: string): TlsSettings {
  const source = (text: string | undefined, path: string | undefined): PemSource | undefined =>
    text === undefined ? (path === undefined ? undefined : { file: resolve(dirname(file), path) }) : { text };
  return {
    cert: source(tls.cert, tls.cert_file) ?? { text: "" },
    key: source(tls.key, tls.key_file) ?? { text: "" },
    clientCa: source(tls.client_ca, tls.client_ca_file),
    clientAuth: clientAuth(tls),
    allowedSans: tls.client_allowed_sans,
    minVersion: tls.min_version,
    maxVersion: tls.max_version,
    cipherSuites: tls.cipher_suites,
    preferServerSuites: tls.prefer_server_cipher_suites,
    curves: tls.curve_preferences,
  };
}

function definedIn(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}
