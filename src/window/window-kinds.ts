import { CountWindow } from "./count-window.ts";
import type { Measures } from "./measure.ts";
import type { WindowSpec } from "./options.ts";
import { TimeWindow } from "./time-window.ts";
import type { Window } from "./window.ts";

type Makers = {
  readonly [K in WindowSpec["kind"]]: (
    spec: Extract<WindowSpec, { kind: K }>,
    futureMs: number,
    measures: Measures,
  ) => Window;
};

const makers: Makers = {
  time: (spec, futureMs, measures) => new TimeWindow(spec.ms, spec.panes, futureMs, measures, spec.olderMs),
  last: (spec, _futureMs, measures) => new CountWindow(spec.size, measures),
};

/** Makes an empty window; `futureMs` is the tolerated future. */
export function makeWindow(spec: WindowSpec, futureMs: number, measures: Measures): Window {
  return spec.kind === "time" ? makers.time(spec, futureMs, measures) : makers.last(spec, futureMs, measures);
}
