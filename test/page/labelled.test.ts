import { expect, test } from "@jest/globals";
import { PageBed } from "./page-bed.ts";

const fields = { model: { value: "fraud" }, predicted: "prediction", actual: "label", id: "id", time: "ts" };

test("the page says how much of the truth has come, and which objective keeps quiet for want of it", async () => {
  const ts = new Date(Date.now() - 600_000).toISOString();
  const predictions = Array.from({ length: 10 }, (_, id) => ({ id, prediction: id < 5 ? "fraud" : "legit", ts }));
  const labels = Array.from({ length: 4 }, (_, id) => ({ id, label: "fraud", ts }));
  const objective = {
    metric: "accuracy",
    window: "1h",
    severity: "warning",
    min: 0.5,
    minSamples: 1,
    minLabelled: 0.8,
  };
  const bed = await PageBed.start(
    {
      sources: [{ name: "logs", files: ["logs/*.jsonl"], fields }],
      join: { placeAt: "prediction", maturity: "1m" },
      windows: ["1h"],
      models: { fraud: { team: "t", objectives: [objective] } },
      teams: { t: { warning: ["hook"] } },
      receivers: { hook: { webhook: { url: "http://127.0.0.1:5001/" } } },
      alerting: { defaultReceiver: "hook" },
    },
    [...predictions, ...labels].map((line) => `${JSON.stringify(line)}\n`).join(""),
  );
  const { body } = await bed.daemon.get("/");
  const text = body
    .replace(/<[^>]*>/gu, " ")
    .replace(/\s+/gu, " ")
    .trim();
  expect(text).toContain("40.0% of 10 due predictions labelled");
  expect(text).toContain("40.0% of what is due is labelled, and 80.0% must be");
  await bed.daemon.stop();
});
