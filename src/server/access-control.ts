import type { RequestHandler } from "express";
import type { WebAccess } from "../web/web-access.ts";

/** Paths that anybody may ask, whatever host the request names: probes have no login and ask by the address of a pod. */
export const probes: ReadonlySet<string> = new Set(["/-/healthy", "/-/ready"]);

/**
 * Makes the handler that lets through what a web config allows, and sets its headers on every answer. What `isOwn` tells of
 * a path that asks for itself is let through.
 */
export function accessControl(access: WebAccess, isOwn: (path: string) => boolean): RequestHandler {
  return async (request, response, next) => {
    response.set(access.headers);
    const isOpen = probes.has(request.path) || isOwn(request.path);
    const refusal = isOpen ? undefined : await access.refusal(request);
    if (refusal === undefined) next();
    else response.status(refusal.status).set(refusal.headers).type("text").send(refusal.text);
  };
}
