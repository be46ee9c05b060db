import type { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { SocketAddress } from "node:net";
import { TLSSocket } from "node:tls";
import type { TlsSettings } from "./web-config.ts";

type Policy = Pick<TlsSettings, "clientAuth" | "allowedSans">;

/** Why the client certificate of a connection does not suffice; undefined where it does, or where none is needed. */
export function certificateFault(socket: Socket, { clientAuth, allowedSans }: Policy): string | undefined {
  if (clientAuth === "NoClientCert" || clientAuth === "RequestClientCert") return undefined;
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  if (certificate === undefined || !(socket instanceof TLSSocket)) {
    return clientAuth === "VerifyClientCertIfGiven" ? undefined : "a client certificate is needed";
  }
  if (clientAuth !== "RequireAnyClientCert" && !socket.authorized) {
    // A code like CERT_HAS_EXPIRED, though it is typed as an error.
    return `the client certificate is not accepted: ${String(socket.authorizationError)}`;
  }
  if (allowedSans === undefined || hasName(certificate, allowedSans)) return undefined;
  return "the client certificate has none of the allowed names";
}

function hasName({ subjectAltName }: X509Certificate, allowed: readonly string[]): boolean {
  const names = new Set(alternativeNames(subjectAltName ?? ""));
  return allowed.some((name) => names.has(name));
}

/**
 * Reads the names in Node's text of a certificate's alternative names, `DNS:a, IP Address:::1, URI:"quoted, text"`: DNS
 * names, addresses as Go writes them, e-mail addresses and URIs. A name with special characters is quoted there as in JSON,
 * so that none can pass for two.
 */
export function alternativeNames(text: string): readonly string[] {
  return [...text.matchAll(/(?:^|, )([^:"]+):("(?:[^"\\]|\\.)*"|[^,"]*)/guy)].flatMap(([, kind, name = ""]) => {
    const plain = name.startsWith('"') ? String(JSON.parse(name)) : name;
    if (kind === "IP Address") return addressText(plain);
    return kind === "DNS" || kind === "email" || kind === "URI" ? [plain] : [];
  });
}

function addressText(text: string): readonly string[] {
  try {
    return [new SocketAddress({ address: text, family: text.includes(":") ? "ipv6" : "ipv4" }).address];
  } catch {
    // Of an odd length: no address.
    return [];
  }
}
