import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { formGroups } from "../forms/all-forms.ts";
import { formLog, formRows, labelLog, type Form } from "../forms/form.ts";
import { expectFigures, goldenFigures } from "../support/golden.ts";
import { tempDir } from "../support/temp.ts";
import { namesOf, replayed, type GivenLog } from "./proposing.ts";

const dir = tempDir();
const forms = formGroups.flatMap((group) => group.forms).map((form, at) => ({ ...form, at }));

/** What the logs of a form are called, where that is not how its name begins. */
const called: Readonly<Record<string, readonly string[]>> = {
  "Plain JSON lines": [],
  "pandas, to_csv": [],
  "pandas, to_csv with semicolons and decimal commas": [],
  "Arize, file of predictions and actuals": [],
  "Python, structlog as logfmt": ["Python, structlog"],
  "KServe, V2, tensor of classes": ["KServe, V2, in CloudEvents"],
  "KServe, V2, tensor of probabilities": ["KServe, V2, in CloudEvents"],
  "KServe, V1, and labels of its batches": ["KServe, V1, in CloudEvents"],
  "Seldon Core 1, feedback with probabilities": ["Seldon Core 1, feedback"],
  "SageMaker, merged, CSV of classes": ["SageMaker, merged"],
  "SageMaker, capture in base64": ["SageMaker, capture"],
  "SageMaker, capture of probabilities as CSV in base64": ["SageMaker, merged"],
  "SageMaker, capture and ground truth": ["SageMaker, capture", "SageMaker, ground truth"],
  "Vertex AI, batch prediction of AutoML": ["Vertex AI, batch prediction"],
  "Vertex AI, batch prediction of a container": ["Vertex AI, batch prediction"],
  "Vector, with a batch inside": ["Vector"],
  "Debezium, a table of labels": ["Debezium"],
};

function logsOf(form: Form): readonly GivenLog[] {
  const log = formLog(form, formRows(form.rows));
  const own = { file: form.file, lines: log.lines };
  return form.labels === undefined ? [own] : [own, { file: form.labels.file, lines: labelLog(form, log) }];
}

test.each(forms)(
  "$name: init names the form, and replay gives scikit-learn's figures under the config that it proposes",
  async (form) => {
    const { result, plan } = await replayed(logsOf(form), join(dir, String(form.at)));
    expect(plan.proposals.flatMap(({ reading }) => namesOf(reading))).toEqual(called[form.name] ?? [form.name]);
    expect(result.lines.rejected).toEqual({});
    expect(result.tags).toHaveLength(1);
    const { all, lastRows } = goldenFigures(form.rows);
    expectFigures(result.tags[0]?.windows, [all, lastRows]);
  },
);
