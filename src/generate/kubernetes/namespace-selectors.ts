import { quote } from "../promql/builder.ts";
import { jobName, namespaceLabel } from "../promql/metric-names.ts";

/** Text of PromQL that holds no selector, or a selector: its metric, and its matchers with their braces. */
const token =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|#[^\n]*|(?:(?<metric>[A-Za-z_:][\w:]*)\s*)?\{(?<matchers>(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|[^"'`}])*)\}|(?<bare>[A-Za-z_:][\w:]*)/gsu;

const ourMetric = /^(?:model_quality_|tag:|tag_class:)/u;
const ourMatchers = new RegExp(`\\b__name__\\s*=~?\\s*["'\`]model_quality_|${jobName}`, "u");
const namespaceMatcher = new RegExp(`(?:^|,)\\s*${namespaceLabel}\\s*[=!]`, "u");

/**
 * Restricts the selectors of our series to a namespace, in any expression; a selector that names one already, or series of
 * others, is left alone. Without that the rules of one namespace would judge those of all others as well.
 */
export function inNamespace(expr: string, namespace: string): string {
  const own = `${namespaceLabel}=${quote(namespace)}`;
  return expr.replace(token, (text, ...rest: unknown[]) => {
    const { metric = "", matchers, bare } = groupsOf(rest);
    if (bare !== undefined) return ourMetric.test(bare) ? `${bare}{${own}}` : text;
    if (matchers === undefined) return text;
    const isOurs = ourMetric.test(metric) || ourMatchers.test(matchers);
    if (!isOurs || namespaceMatcher.test(matchers.replace(/"(?:\\.|[^"\\])*"/gsu, '""'))) return text;
    const others = matchers.trim().replace(/,$/u, "");
    return `${metric}{${others === "" ? "" : `${others}, `}${own}}`;
  });
}

/** Finds the named groups among the arguments of a replacer: they come last. */
function groupsOf(rest: readonly unknown[]): Readonly<Record<string, string | undefined>> {
  const groups = rest.at(-1);
  return typeof groups === "object" && groups !== null ? Object.fromEntries(Object.entries(groups)) : {};
}
