import * as z from "zod";
import { nearest } from "../config/nearest.ts";
import { curves, tls12Suites, tls13Suites, tlsVersions } from "./tls-names.ts";

/** Makes the message of a wrong value. It never shows the value: a secret may stand anywhere by mistake. */
function expected(what: string): (issue: { readonly input?: unknown }) => string {
  return ({ input }) => (input === undefined ? `missing; expected ${what}` : `expected ${what}`);
}

function text(what: string) {
  return z.string({ error: expected(what) });
}

/** Schema of the path of a file; PEM text in its place would be shown in a message. */
const fileName = text("the path of a file").refine((path) => !/[\n\r]|-----BEGIN/u.test(path), {
  error: expected("the path of a file; text in PEM stands under the key without _file"),
});

const pem = text("text in PEM");

/** Schema of true or false, in the words of YAML 1.1, which Go reads. */
const flag = text("true or false")
  .refine((word) => /^(?:true|false|yes|no|on|off)$/iu.test(word), { error: expected("true or false") })
  .transform((word) => /^(?:true|yes|on)$/iu.test(word));

function oneOf(words: Iterable<string>) {
  const all = [...words];
  const error = ({ input }: { readonly input?: unknown }): string => {
    const near = typeof input === "string" ? nearest(input, all) : undefined;
    return `expected one of ${all.join(", ")}${near === undefined ? "" : `; did you mean ${near}?`}`;
  };
  return z.string({ error }).refine((word) => all.includes(word), { error });
}

function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item, { error: expected("a list") }).refine((list) => list.length > 0, {
    error: "expected at least one entry",
  });
}

/** Words of `client_auth_type`; `RequireClientCert` is the older name of `RequireAnyClientCert`. */
const clientAuthTypes = [
  "NoClientCert",
  "RequestClientCert",
  "RequireAnyClientCert",
  "RequireClientCert",
  "VerifyClientCertIfGiven",
  "RequireAndVerifyClientCert",
];

const tlsShape = {
  cert: pem.optional(),
  cert_file: fileName.optional(),
  key: pem.optional(),
  key_file: fileName.optional(),
  client_ca: pem.optional(),
  client_ca_file: fileName.optional(),
  client_auth_type: oneOf(clientAuthTypes).default("NoClientCert"),
  client_allowed_sans: listOf(text("a name, an address or a URI")).optional(),
  min_version: oneOf(tlsVersions.keys()).default("TLS12"),
  max_version: oneOf(tlsVersions.keys()).default("TLS13"),
  cipher_suites: listOf(oneOf([...tls13Suites, ...tls12Suites.keys()])).optional(),
  prefer_server_cipher_suites: flag.default(true),
  curve_preferences: listOf(oneOf(curves.keys())).optional(),
};

/** Units of Go's durations (ms). */
const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const goDuration = text('a duration like "1s" or "100ms"')
  .refine((word) => /^(?:0|(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+)$/u.test(word), {
    error: expected('a duration like "1s" or "100ms"'),
  })
  .transform((word) =>
    [...word.matchAll(/(\d+(?:\.\d+)?)([a-zµ]+)/gu)].reduce(
      (sum, [, value, unit = ""]) => sum + Number(value) * (units[unit] ?? 0),
      0,
    ),
  );

const count = text("a whole number from 1 on")
  .refine((word) => /^[1-9]\d{0,8}$/u.test(word), { error: expected("a whole number from 1 on") })
  .transform(Number);

/** Costs of bcrypt from here on would keep every login waiting for several seconds. */
const maxCost = 16;

const user = text("a bcrypt hash")
  .refine((hash) => /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/u.test(hash), {
    error: "expected a bcrypt hash, as `htpasswd -nBC 10 NAME` makes it",
    abort: true,
  })
  .refine((hash) => Number(hash.slice(4, 6)) >= 4 && Number(hash.slice(4, 6)) <= maxCost, {
    error: `expected a bcrypt hash of a cost from 4 to ${maxCost}; 10 to 12 are usual`,
  });

const users = z
  .custom<Readonly<Record<string, unknown>>>((value) => typeof value === "object" && !Array.isArray(value), {
    error: "expected names of users, each with a bcrypt hash",
  })
  .transform((value, ctx) => {
    const hashes = new Map<string, string>();
    for (const [name, hash] of Object.entries(value)) {
      const result = user.safeParse(hash);
      const fault = name === "" || name.includes(":") ? "expected a name without colons" : undefined;
      if (fault !== undefined || !result.success) {
        ctx.addIssue({ code: "custom", path: [name], message: fault ?? result.error?.issues[0]?.message ?? "" });
      } else hashes.set(name, result.data);
    }
    return hashes;
  });

const headersShape = {
  "Content-Security-Policy": text("the header's value").optional(),
  "Strict-Transport-Security": text("the header's value").optional(),
  "X-Content-Type-Options": oneOf(["nosniff"]).optional(),
  "X-Frame-Options": oneOf(["deny", "sameorigin"]).optional(),
  "X-XSS-Protection": text("the header's value").optional(),
};

const httpShape = { http2: flag.optional(), headers: section(headersShape).optional() };
const rateShape = { interval: goDuration.optional(), burst: count.optional() };
const shape = {
  tls_server_config: section(tlsShape).optional(),
  http_server_config: section(httpShape).optional(),
  basic_auth_users: users.optional(),
  rate_limit: section(rateShape).optional(),
};

function section<Shape extends z.ZodRawShape>(keys: Shape) {
  return z.strictObject(keys, { error: "expected keys with values" });
}

/** Keys of each section, by its path. */
export const knownKeys: ReadonlyMap<string, readonly string[]> = new Map([
  ["", Object.keys(shape)],
  ["tls_server_config", Object.keys(tlsShape)],
  ["http_server_config", Object.keys(httpShape)],
  ["http_server_config.headers", Object.keys(headersShape)],
  ["rate_limit", Object.keys(rateShape)],
]);

/** Schema of a web config in exporter-toolkit's format, whose scalars are all texts. */
export const webSchema = section(shape);

/** Web config with valid values. */
export type CheckedWeb = z.output<typeof webSchema>;

/** Section `tls_server_config` with valid values. */
export type CheckedTls = NonNullable<CheckedWeb["tls_server_config"]>;
