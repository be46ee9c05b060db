import { constants, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import { errorCode, Problem } from "../problem.ts";
import { curves, tls12Suites, tls13Suites, tlsVersions } from "./tls-names.ts";
import type { TlsSettings } from "./web-config.ts";
import type { Pems } from "./web-files.ts";

/** TLS settings as the server takes them. */
export interface TlsContext {
  readonly options: SecureContextOptions;
  /** Asks clients for a certificate at the handshake; what they send is judged by request. */
  readonly requestCert: boolean;
  /** What clients must show; connections that were made under other terms are closed. */
  readonly terms: string;
  /** End of the certificate (ms since the epoch). */
  readonly validTo: number;
}

/** Makes a TLS context of valid settings and PEM texts; throws a `Problem` where OpenSSL does not take these. */
export function makeTlsContext(settings: TlsSettings, { cert, key, clientCa }: Pems, file: string): TlsContext {
  const { clientAuth, allowedSans, minVersion, maxVersion, preferServerSuites } = settings;
  const validTo = endOf(cert, fileOr(settings.cert, `${file}: tls_server_config.cert`));
  if (clientCa !== undefined) endOf(clientCa, fileOr(settings.clientCa, `${file}: tls_server_config.client_ca`));
  const options: SecureContextOptions = {
    cert,
    key,
    ...(clientCa === undefined ? {} : { ca: clientCa }),
    ...versions(minVersion, maxVersion),
    ciphers: ciphers(settings.cipherSuites, minVersion),
    honorCipherOrder: preferServerSuites,
    ...(settings.curves && { ecdhCurve: settings.curves.map((name) => curves.get(name) ?? name).join(":") }),
    // A resumed session has no certificate to judge, and OpenSSL calls it verified.
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
  try {
    createSecureContext(options);
  } catch (error) {
    throw new Problem(`${fileOr(settings.key, file)}: no key for the certificate: ${reason(error)}`, {
      exitCode: 2,
      cause: error,
    });
  }
  const terms = JSON.stringify([clientAuth, allowedSans, clientCa]);
  return { options, requestCert: clientAuth !== "NoClientCert", terms, validTo };
}

/** Checks that a text holds certificates and gives the end of the first one. */
function endOf(text: string, where: string): number {
  try {
    return Date.parse(new X509Certificate(text).validTo);
  } catch (error) {
    throw new Problem(`${where}: no certificate in PEM: ${reason(error)}`, { exitCode: 2, cause: error });
  }
}

function fileOr(source: TlsSettings["clientCa"], otherwise: string): string {
  return source !== undefined && "file" in source ? source.file : otherwise;
}

/** The code of OpenSSL's error: its message may quote what it was given. */
function reason(error: unknown): string {
  return errorCode(error) ?? "it cannot be read";
}

function versions(min: string, max: string): Pick<SecureContextOptions, "minVersion" | "maxVersion"> {
  const [minVersion, maxVersion] = [tlsVersions.get(min), tlsVersions.get(max)];
  return { ...(minVersion && { minVersion }), ...(maxVersion && { maxVersion }) };
}

/** Suites in OpenSSL's names: Go always offers those of TLS 1.3, whatever the list says. */
function ciphers(names: readonly string[] | undefined, minVersion: string): string {
  const listed = (names ?? [...tls12Suites.keys()]).flatMap((name) => tls12Suites.get(name) ?? []);
  // OpenSSL counts the hashes of TLS 1.0 and 1.1 as broken: they need its lowest level.
  const level = minVersion === "TLS10" || minVersion === "TLS11" ? ["@SECLEVEL=0"] : [];
  return [...tls13Suites, ...listed, ...level].join(":");
}
