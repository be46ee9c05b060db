import { declaredClasses } from "./classes.ts";
import type { Fault } from "./fault.ts";
import { at, classOf, entries, list } from "./unchecked.ts";
import { quoted } from "./messages.ts";
import { suggestion } from "./nearest.ts";

/** Finds halves of outcomes that nothing joins, and settings of a join that is not there or counts nothing. */
export function* joinFaults(raw: unknown): Generator<Fault> {
  const hasJoin = at(raw, "join") !== undefined;
  for (const [index, source] of list(at(raw, "sources")).entries()) {
    const fields = at(source, "fields");
    if (at(fields, "predicted") === null && at(fields, "actual") === null) continue;
    for (const [side, other] of [
      ["predicted", "labels"],
      ["actual", "predictions"],
    ] as const) {
      if (at(fields, side) !== null) continue;
      const path = ["sources", index, "fields", side];
      if (!hasJoin) {
        const text = `a log of ${other} alone gives no outcomes; add \`join: {}\` to the config, which joins them by id`;
        yield { path, text };
      } else if (at(fields, "id") === undefined) {
        const text = `missing; expected the field of the id by which the ${other} of this source are joined`;
        yield { path: ["sources", index, "fields", "id"], text };
      }
    }
  }
  for (const [name, model] of entries(at(raw, "models"))) {
    const join = at(model, "join");
    if (join === undefined) continue;
    const path = ["models", name, "join"];
    if (!hasJoin) yield { path, text: "there is no join; add `join: {}` to the config" };
    yield* absentFaults(at(join, "absent"), at(model, "classes"), [...path, "absent"]);
  }
}

function* absentFaults(given: unknown, classes: unknown, path: PropertyKey[]): Generator<Fault> {
  const absent = classOf(given);
  if (absent === undefined || classes === undefined) return;
  const declared = declaredClasses(classes);
  const known = declared.flatMap(({ name, spellings }) => [name, ...spellings.map(({ text }) => text)]);
  if (known.includes(absent)) return;
  yield { path, text: `unknown class ${quoted(absent)}${suggestion(absent, known, "classes")}` };
}
