/** Unit test of rules in promtool's format. */
export interface RuleTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test: readonly AlertTest[];
}

/** Alerts that must fire under a name at a time. */
export interface AlertTest {
  readonly eval_time: string;
  readonly alertname: string;
  readonly exp_alerts: readonly ExpectedAlert[];
}

/** Labels and annotations of an alert that must fire. */
export interface ExpectedAlert {
  readonly exp_labels: Readonly<Record<string, string>>;
  readonly exp_annotations: Readonly<Record<string, string>>;
}

/** Builds a file of tests; promtool evaluates the rules every `step` milliseconds from time 0. */
export function ruleTestFile(ruleFile: string, step: number, tests: readonly RuleTest[]): Record<string, unknown> {
  return { rule_files: [`../rules/${ruleFile}`], evaluation_interval: durationText(step), tests };
}

/** Writes milliseconds as a Prometheus duration of one unit: `90s`, `2h`. */
export function durationText(ms: number): string {
  const units = [
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
  ] as const;
  const unit = units.find(([, size]) => ms % size === 0);
  return unit === undefined ? `${ms}ms` : `${ms / unit[1]}${unit[0]}`;
}

/**
 * Writes samples in promtool's notation: a run of equal values is `value+0xN`, N being the repetitions. A series that
 * ends is marked `stale`, as Prometheus does when a scrape no longer has it.
 */
export function samplesNotation(values: readonly (number | undefined)[]): string {
  const words: string[] = [];
  for (let start = 0; start < values.length;) {
    let end = start + 1;
    while (end < values.length && values[end] === values[start]) end++;
    const value = values[start];
    const repetitions = end - start - 1;
    if (value !== undefined) words.push(repetitions === 0 ? `${value}` : `${value}+0x${repetitions}`);
    else words.push(start === 0 ? "_" : "stale", ...(repetitions === 0 ? [] : [`_x${repetitions}`]));
    start = end;
  }
  return words.join(" ");
}
