import type { RequestHandler } from "express";
import type { WebAccess } from "../web/web-access.ts";

/** Paths that anybody may ask, whatever host the request names: probes have no login and ask by the address of a pod. */
export const probes: ReadonlySet<string> = new Set(["/-/healthy", "/-/ready"]);

/** Makes the handler that lets through what a web config allows, and sets its headers on every answer. */
export function accessControl(access: WebAccess): RequestHandler {
  return async (request, response, next) => {
    response.set(access.headers);
    const refusal = probes.has(request.path) ? undefined : await access.refusal(request);
    if (refusal === undefined) next();
    else response.status(refusal.status).set(refusal.headers).type("text").send(refusal.text);
  };
}
