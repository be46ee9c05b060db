import { defineConfig } from "model-quality-exporter";

// Each `@ts-expect-error` says a word that the compiler's message must hold: define-config.test.ts compiles this file
// with and without those comments.

const sources = [{ files: ["/var/log/models/*.jsonl"] }];
const hook = { webhook: { url: "http://127.0.0.1:5001/" } };

export const least = defineConfig({ sources });

export const withoutTeams = defineConfig({
  sources: [{ files: ["a.csv"], format: "csv", fields: { id: "id", labels: { region: "r" } } }],
  windows: ["30d", { last: 5 }],
  models: { fraud: { classes: ["legit", "fraud"] }, churn: {} },
});

export const full = defineConfig({
  sources: [{ files: ["/var/log/models/*.jsonl"], silentAfter: "never" }],
  exposition: { confusion: "none" },
  windows: ["5m", "1h", "24h", { last: 1000 }],
  models: {
    fraud: {
      team: "payments",
      classes: ["legit", "fraud"],
      silentAfter: "26h",
      runbook: "https://runbooks.example.com/fraud",
      objectives: [
        {
          metric: "recall",
          class: "fraud",
          min: 0.85,
          window: "1h",
          severity: "critical",
          for: "10m",
          confidence: 0.95,
        },
        { metric: "f1", average: "macro", min: 0.8, window: { last: 1000 }, severity: "warning", minSamples: 200 },
        { metric: "accuracy", maxDrop: 0.02, comparedTo: { version: "v1" }, window: "24h", severity: "warning" },
        {
          metric: "specificity",
          class: "legit",
          maxRise: 0.1,
          comparedTo: { ago: "1d" },
          window: "5m",
          severity: "warning",
        },
      ],
    },
    digits: {
      team: "platform",
      classes: [0, 1, 2],
      objectives: [
        { metric: "recall", class: 2, min: 0.9, window: "1h", severity: "warning" },
        { metric: "recall", class: "1", min: 0.9, window: "1h", severity: "warning" },
      ],
    },
    spelt: {
      team: "platform",
      classes: { legit: ["0", "negative"], fraud: [1, true], 7: [] },
      objectives: [
        { metric: "recall", class: "fraud", min: 0.9, window: "1h", severity: "warning" },
        { metric: "recall", class: 7, min: 0.9, window: "1h", severity: "warning" },
        { metric: "recall", class: "7", min: 0.9, window: "1h", severity: "warning" },
      ],
    },
    learned: {
      team: "platform",
      objectives: [{ metric: "precision", class: "whatever comes", min: 0.7, window: "24h", severity: "warning" }],
    },
    "*": { team: "platform", objectives: [{ metric: "accuracy", min: 0.7, window: "24h", severity: "warning" }] },
  },
  teams: { payments: { critical: ["pager", "hook"], warning: ["hook"] }, platform: { warning: ["hook"] } },
  receivers: {
    pager: { pagerduty: { routingKeyFile: "/etc/alertmanager/secrets/pagerduty" }, email: [] },
    hook,
    mail: { email: { to: ["a@example.com"], from: "b@example.com", smarthost: "mail:25" } },
    sns: { raw: { list: "sns_configs", settings: { topic_arn: "x" } } },
  },
  alerting: { defaultReceiver: "hook", groupWait: "30s" },
  prometheus: { replicas: "mirrored" },
  limits: { maxTags: 10, tagIdle: "2d" },
});

export const withTimes = defineConfig({
  sources,
  receivers: { hook, pager: hook },
  teams: {
    payments: {
      critical: ["pager"],
      warning: { receivers: ["hook"], muteTimeIntervals: ["weekend"], activeTimeIntervals: ["office-hours"] },
    },
  },
  alerting: {
    defaultReceiver: "hook",
    timeIntervals: {
      weekend: [{ weekdays: ["saturday", "sunday"] }],
      "office-hours": [
        {
          weekdays: ["monday:friday"],
          times: [{ start: "09:00", end: "17:00" }],
          daysOfMonth: ["1:7", "-1"],
          months: ["june:august"],
          years: ["2026:2027"],
          location: "Europe/Berlin",
        },
      ],
    },
  },
});

const weekend = { weekend: [{ weekdays: ["saturday", "sunday"] }] };

export const unknownTimes = [
  defineConfig({
    // @ts-expect-error "id" is what a join cannot do without
    join: { by: ["modell"] },
    sources: [{ files: ["a.csv"], fields: { actual: null, id: "id" } }],
  }),
  defineConfig({
    sources,
    receivers: { hook },
    // @ts-expect-error the interval "weekends" is not there
    teams: { a: { warning: { receivers: ["hook"], muteTimeIntervals: ["weekends"] } } },
    alerting: { timeIntervals: weekend },
  }),
  defineConfig({
    sources,
    receivers: { hook },
    // @ts-expect-error the interval "office" is not there
    teams: { a: { warning: { receivers: ["hook"], activeTimeIntervals: ["office"] } } },
    alerting: { timeIntervals: weekend },
  }),
  defineConfig({
    sources,
    receivers: { hook },
    // @ts-expect-error there are no intervals, so a name of one is "never"
    teams: { a: { warning: { receivers: ["hook"], muteTimeIntervals: ["weekend"] } } },
  }),
  defineConfig({
    sources,
    receivers: { hook },
    // @ts-expect-error the receiver "hoook" is not there
    teams: { a: { warning: { receivers: ["hoook"], muteTimeIntervals: ["weekend"] } } },
    alerting: { timeIntervals: weekend },
  }),
  // @ts-expect-error the key "weekday" is wrong
  defineConfig({ sources, alerting: { timeIntervals: { weekend: [{ weekday: ["saturday"] }] } } }),
  defineConfig({
    sources,
    receivers: { hook },
    teams: { a: { warning: { receivers: ["hook"], muteTimeIntervals: ["weekend"] } } },
    alerting: { timeIntervals: weekend },
    models: {
      m: {
        team: "a",
        objectives: [
          // @ts-expect-error the severity "critical" is not routed, times or not
          { metric: "accuracy", min: 0.5, window: "1h", severity: "critical" },
        ],
      },
    },
  }),
];

export const withExtension = defineConfig({
  sources,
  receivers: { hook },
  teams: { payments: { critical: ["hook", "sns"] } },
  alerting: { defaultReceiver: "sns", timeIntervals: weekend },
  extend: {
    ruleGroups: [
      {
        name: "queues",
        interval: "1m",
        rules: [{ alert: "QueueLong", expr: "queue > 5", labels: { team: "payments" } }],
      },
    ],
    routes: [
      {
        matchers: ['team="payments"'],
        receiver: "sns",
        routes: [{ receiver: "hook", mute_time_intervals: ["weekend"] }],
      },
    ],
    receivers: { sns: { sns_configs: [{ topic_arn: "x" }] } },
    changeRules: (group) => ({
      ...group,
      rules: group.rules.filter(({ alert }) => alert !== "ModelQualityTagsDropped"),
    }),
  },
});

export const wrongExtensions = [
  // @ts-expect-error the key "ruleGroup" is wrong
  defineConfig({ sources, extend: { ruleGroup: [] } }),
  // @ts-expect-error the receiver "hoook" is not there
  defineConfig({ sources, receivers: { hook }, extend: { routes: [{ receiver: "hoook" }] } }),
  defineConfig({
    sources,
    alerting: { timeIntervals: weekend },
    // @ts-expect-error the interval "weekends" is not there
    extend: { routes: [{ mute_time_intervals: ["weekends"] }] },
  }),
  // @ts-expect-error the key "sns" is no list of Alertmanager
  defineConfig({ sources, extend: { receivers: { x: { sns: [] } } } }),
  defineConfig({
    sources,
    // @ts-expect-error the key "keepFiringFor" is not Prometheus'
    extend: { ruleGroups: [{ name: "x", rules: [{ alert: "A", expr: "up", keepFiringFor: "1m" }] }] },
  }),
  // @ts-expect-error a group must come back, and not "undefined"
  defineConfig({ sources, extend: { changeRules: () => undefined } }),
  // @ts-expect-error the receiver "snss" is of neither kind
  defineConfig({ sources, teams: { a: { b: ["snss"] } }, extend: { receivers: { sns: { sns_configs: [] } } } }),
];

export const fromVariables = defineConfig({
  sources,
  // A name that the compiler cannot know is left to the check at run time.
  windows: ["1h", process.env["WINDOW"] ?? "5m"],
  models: Object.fromEntries(["a", "b"].map((name) => [name, { classes: ["x", "y"] }])),
});

export const defaultWindows = defineConfig({
  sources,
  receivers: { hook },
  teams: { payments: { critical: ["hook"] } },
  models: {
    fraud: {
      team: "payments",
      objectives: [
        { metric: "accuracy", min: 0.5, window: "24h", severity: "critical" },
        { metric: "accuracy", min: 0.5, window: { last: 1000 }, severity: "critical" },
        // @ts-expect-error the window "2h" is none of the default ones
        { metric: "accuracy", min: 0.5, window: "2h", severity: "critical" },
      ],
    },
  },
});

export const unknownNames = [
  // @ts-expect-error the receiver "hoook" is not there
  defineConfig({ sources, receivers: { hook }, teams: { payments: { critical: ["hoook"] } } }),
  // @ts-expect-error there are no receivers, so a name of one is "never"
  defineConfig({ sources, teams: { payments: { critical: ["hook"] } } }),
  // @ts-expect-error the receiver "hoook" is not there
  defineConfig({ sources, receivers: { hook }, alerting: { defaultReceiver: "hoook" } }),
  // @ts-expect-error the team "paymnets" is not there
  defineConfig({ sources, teams: { payments: {} }, models: { fraud: { team: "paymnets" } } }),
  // @ts-expect-error there are no teams, so a name of one is "never"
  defineConfig({ sources, models: { fraud: { team: "payments" } } }),
];

export const unknownInObjectives = defineConfig({
  sources,
  windows: ["1h", { last: 500 }],
  receivers: { hook },
  teams: { payments: { critical: ["hook"] }, platform: { warning: ["hook"] } },
  models: {
    fraud: {
      team: "payments",
      classes: ["legit", "fraud"],
      objectives: [
        // @ts-expect-error the class "frad" is not declared
        { metric: "recall", class: "frad", min: 0.5, window: "1h", severity: "critical" },
        // @ts-expect-error the class "2" is another model's
        { metric: "recall", class: "2", min: 0.5, window: "1h", severity: "critical" },
        // @ts-expect-error the window "24h" is not among `windows`
        { metric: "recall", class: "fraud", min: 0.5, window: "24h", severity: "critical" },
        // @ts-expect-error the window of "1000" is not among `windows`
        { metric: "recall", class: "fraud", min: 0.5, window: { last: 1000 }, severity: "critical" },
        // @ts-expect-error the severity "warning" is another team's
        { metric: "recall", class: "fraud", min: 0.5, window: "1h", severity: "warning" },
        // @ts-expect-error the metric "recal" is none
        { metric: "recal", class: "fraud", min: 0.5, window: "1h", severity: "critical" },
        // @ts-expect-error the average "mean" is none
        { metric: "recall", average: "mean", min: 0.5, window: "1h", severity: "critical" },
      ],
    },
    spelt: {
      team: "platform",
      classes: { legit: ["0", "negative"], fraud: ["1"] },
      objectives: [
        // @ts-expect-error the class "0" is a spelling of another
        { metric: "recall", class: "0", min: 0.5, window: "1h", severity: "warning" },
        // @ts-expect-error the class "frod" is not declared
        { metric: "recall", class: "frod", min: 0.5, window: "1h", severity: "warning" },
      ],
    },
    // Models that leave things out must not make the compiler lenient with the others.
    digits: { team: "platform", classes: [0, 1, 2] },
    learned: { team: "platform" },
    bare: {},
  },
});

export const misusedObjectives = defineConfig({
  sources,
  models: {
    fraud: {
      objectives: [
        // @ts-expect-error recall needs a "class" or an average
        { metric: "recall", min: 0.5, window: "1h", severity: "critical" },
        // @ts-expect-error accuracy takes no "class"
        { metric: "accuracy", class: "fraud", min: 0.5, window: "1h", severity: "critical" },
        // @ts-expect-error specificity is of one class and takes no "Average"
        { metric: "specificity", average: "macro", min: 0.5, window: "1h", severity: "critical" },
        // @ts-expect-error a bound is missing: "min"
        { metric: "accuracy", window: "1h", severity: "critical" },
        // @ts-expect-error two bounds at once, "max" beside min
        { metric: "accuracy", min: 0.5, max: 0.9, window: "1h", severity: "critical" },
        // @ts-expect-error a drop needs "comparedTo"
        { metric: "accuracy", maxDrop: 0.1, window: "1h", severity: "critical" },
        // @ts-expect-error the key "minSample" is wrong
        { metric: "accuracy", min: 0.5, window: "1h", severity: "critical", minSample: 5 },
      ],
    },
  },
});

export const wrongKeys = [
  // @ts-expect-error the key "source" is wrong
  defineConfig({ sources, source: [] }),
  // @ts-expect-error the key "wraper" is wrong
  defineConfig({ sources: [{ files: ["a"], wraper: "cri" }] }),
  // @ts-expect-error the key "modle" is wrong
  defineConfig({ sources: [{ files: ["a"], fields: { modle: "m" } }] }),
  // @ts-expect-error the key "clases" is wrong
  defineConfig({ sources, models: { fraud: { clases: ["a", "b"] } } }),
  // @ts-expect-error other spellings of a class are a list: "readonly"
  defineConfig({ sources, models: { fraud: { classes: { legit: "0", fraud: ["1"] } } } }),
  // @ts-expect-error the kind "slak" is wrong
  defineConfig({ sources, receivers: { chat: { slak: { channel: "#a" } } } }),
  // @ts-expect-error an inline secret, "apiUrl"
  defineConfig({ sources, receivers: { chat: { slack: { channel: "#a", apiUrl: "https://hooks.slack.com/x" } } } }),
  // @ts-expect-error the key "group_wait" is Alertmanager's
  defineConfig({ sources, alerting: { group_wait: "30s" } }),
  // @ts-expect-error the key "scrape" is wrong
  defineConfig({ sources, prometheus: { scrape: "15s" } }),
  // @ts-expect-error the key "maxTag" is wrong
  defineConfig({ sources, limits: { maxTag: 5 } }),
];

// @ts-expect-error nothing goes without "sources"
export const empty = defineConfig({});
