import { Problem } from "../problem.ts";

/** Makes the problem of state that a newer release wrote: it is refused, since setting it aside would lose what it holds. */
export function newerState(why: string): Problem {
  return new Problem(`the state was written by a newer release: ${why}`, {
    details: ["start that release again, or give this one another directory: --state DIR"],
  });
}
