import { defineConfig } from "model-quality-exporter";

/** The sample that `npm start` serves: two classifiers, the teams that own them, and who is told when they fail. */
export default defineConfig({
  sources: [
    {
      files: ["data/logs/*.jsonl"],
      format: "json",
      fields: {
        model: "model",
        version: "version",
        predicted: "prediction",
        actual: "label",
        id: "request_id",
        time: "ts",
      },
    },
  ],
  windows: ["5m", "1h", "24h", { last: 1000 }],
  models: {
    digits: {
      team: "vision",
      classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
      runbook: "https://runbooks.example.com/digits",
      objectives: [
        { metric: "recall", class: "0", min: 0.85, window: "5m", severity: "critical", for: "30s", minSamples: 50 },
        { metric: "f1", average: "macro", min: 0.8, window: "1h", severity: "warning" },
      ],
    },
    iris: {
      team: "botany",
      objectives: [{ metric: "accuracy", min: 0.7, window: "1h", severity: "warning" }],
    },
    "*": { team: "platform" },
  },
  teams: {
    vision: { critical: ["vision-pager"], warning: ["vision-chat"] },
    botany: { warning: ["botany-chat"] },
    platform: { warning: ["platform-hook"] },
  },
  receivers: {
    "vision-pager": { webhook: { url: "http://127.0.0.1:5001/vision-pager" } },
    "vision-chat": { webhook: { url: "http://127.0.0.1:5001/vision-chat" } },
    "botany-chat": { webhook: { url: "http://127.0.0.1:5001/botany-chat" } },
    "platform-hook": { webhook: { url: "http://127.0.0.1:5001/platform-hook" } },
  },
  alerting: {
    defaultReceiver: "platform-hook",
    groupWait: "10s",
    groupInterval: "1m",
    runbookUrl: "https://runbooks.example.com/model-quality",
  },
  prometheus: { targets: ["127.0.0.1:9877"], alertmanagers: ["127.0.0.1:9093"] },
});
