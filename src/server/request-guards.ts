import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";

/** Content types that a page of another site can send without asking first. */
const formTypes: ReadonlySet<string> = new Set([
  "application/x-www-form-urlencoded",
  "multipart/form-data",
  "text/plain",
]);

/** Why a request is refused. */
export interface Refusal {
  readonly status: 403 | 415;
  readonly text: string;
}

/**
 * Refuses a request that a page of another site can make in the browser of someone who reaches the exporter; undefined for
 * all others. Browsers say which site a request comes from; those that do not say it can send forms.
 */
export function crossSiteRefusal(request: IncomingMessage): Refusal | undefined {
  const refusal = otherSiteRefusal(request);
  if (refusal !== undefined) return refusal;
  const { headers } = request;
  const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (!formTypes.has(type)) return undefined;
  return { status: 415, text: "Forms are refused: send no body, as `curl -X POST` does.\n" };
}

/** Refuses a request of which a browser says that a page of another site makes it; undefined for all others. */
export function otherSiteRefusal({ headers, socket }: IncomingMessage): Refusal | undefined {
  return isOfOtherSite(headers, socket instanceof TLSSocket ? "https" : "http")
    ? { status: 403, text: "Requests from pages of other sites are refused.\n" }
    : undefined;
}

/** Over plain HTTP, but to loopback, browsers do not tell the site of a request, but the origin of all that are not GET. */
function isOfOtherSite({ origin, host, "sec-fetch-site": site }: IncomingHttpHeaders, scheme: string): boolean {
  if (site !== undefined) return site !== "none" && site !== "same-origin";
  return origin !== undefined && origin !== `${scheme}://${host?.toLowerCase() ?? ""}`;
}

/**
 * Refuses a request to a host that is not allowed; undefined for an allowed one and without a Host header. A page whose
 * name was made to resolve to this address (DNS rebinding) sends that name. `allowed` has no ports, in lower case.
 */
export function hostRefusal({ headers }: IncomingMessage, allowed: readonly string[]): Refusal | undefined {
  const host = headers.host?.toLowerCase().replace(/:\d*$/u, "");
  if (host === undefined || allowed.includes(host)) return undefined;
  return { status: 403, text: "The host of this request is not allowed; allow it with --web.allowed-hosts.\n" };
}
