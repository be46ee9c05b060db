import { CountWindow } from "./count-window.ts";
import type { WindowSpec } from "./options.ts";
import { TimeWindow } from "./time-window.ts";
import type { Window } from "./window.ts";

type Makers = {
  readonly [K in WindowSpec["kind"]]: (spec: Extract<WindowSpec, { kind: K }>, futureMs: number) => Window;
};

const makers: Makers = {
  time: (spec, futureMs) => new TimeWindow(spec.ms, spec.panes, futureMs),
  last: (spec) => new CountWindow(spec.size),
};

/** Makes an empty window; `futureMs` is the tolerated future. */
export function makeWindow(spec: WindowSpec, futureMs: number): Window {
  return spec.kind === "time" ? makers.time(spec, futureMs) : makers.last(spec, futureMs);
}
