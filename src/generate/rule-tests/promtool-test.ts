/** A promtool unit test of rules, as its file has it. */
export interface RuleTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test: readonly AlertTest[];
}

/** What fires under a name at a time. */
export interface AlertTest {
  readonly eval_time: string;
  readonly alertname: string;
  readonly exp_alerts: readonly {
    readonly exp_labels: Readonly<Record<string, string>>;
    readonly exp_annotations: Readonly<Record<string, string>>;
  }[];
}

/** A file of tests; promtool evaluates all rules of the files at every interval from time 0. */
export function ruleTestFile(ruleFile: string, step: number, tests: readonly RuleTest[]): Record<string, unknown> {
  return { rule_files: [`../rules/${ruleFile}`], evaluation_interval: durationWord(step), tests };
}

/** Milliseconds as a Prometheus duration of one unit: `90s`, `2h`. */
export function durationWord(ms: number): string {
  const units = [
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1000],
  ] as const;
  const unit = units.find(([, size]) => ms % size === 0);
  return unit === undefined ? `${ms}ms` : `${ms / unit[1]}${unit[0]}`;
}

/**
 * Samples as promtool writes them: each run of equal values is `value+0xN`, N being how often it comes again. A series
 * that ends is marked as stale, as Prometheus does when a scrape no longer has it.
 */
export function sampleWords(values: readonly (number | undefined)[]): string {
  const words: string[] = [];
  for (let start = 0; start < values.length;) {
    let end = start + 1;
    while (end < values.length && values[end] === values[start]) end++;
    const value = values[start];
    const again = end - start - 1;
    if (value !== undefined) words.push(again === 0 ? `${value}` : `${value}+0x${again}`);
    else words.push(start === 0 ? "_" : "stale", ...(again === 0 ? [] : [`_x${again}`]));
    start = end;
  }
  return words.join(" ");
}
