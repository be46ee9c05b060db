import type { AddressInfo } from "node:net";

/** Tells whether a server listens on loopback only: on 127.0.0.0/8 or ::1. The address of a peer says nothing about it. */
export function isLoopback(address: AddressInfo | string | null): boolean {
  if (address === null || typeof address === "string") return false;
  const host = address.address.replace(/^::ffff:/iu, "").replace(/%.*$/u, "");
  return host === "::1" || /^127(?:\.\d{1,3}){3}$/u.test(host);
}
