import { describe, expect, test } from "@jest/globals";
import { parseOpenMetrics, seriesOf } from "../support/openmetrics.ts";

describe("the strict OpenMetrics reader", () => {
  test("the strict OpenMetrics reader reads families with their descriptors, samples and unescaped labels", () => {
    const page = [
      "# TYPE lag_bytes gauge",
      "# UNIT lag_bytes bytes",
      "# HELP lag_bytes How far \\\\ behind.",
      'lag_bytes{file="a\\"b\\\\c\\nd",empty=""} 1.5e3 1700000000.5',
      "lag_bytes NaN",
      "# TYPE lines counter",
      'lines_total{file="}, 1"} 3',
      "# TYPE delay_seconds histogram",
      'delay_seconds_bucket{le="0.5"} 1',
      'delay_seconds_bucket{le="+Inf"} 2',
      "delay_seconds_sum 0.75",
      "delay_seconds_count 2",
      "# EOF",
      "",
    ].join("\n");
    const families = parseOpenMetrics(page);
    expect([...families.keys()]).toEqual(["lag_bytes", "lines", "delay_seconds"]);
    expect(families.get("lag_bytes")).toEqual({
      name: "lag_bytes",
      type: "gauge",
      help: "How far \\\\ behind.",
      unit: "bytes",
      samples: [
        { name: "lag_bytes", labels: { file: 'a"b\\c\nd', empty: "" }, value: 1500, timestamp: 1700000000.5 },
        { name: "lag_bytes", labels: {}, value: NaN, timestamp: undefined },
      ],
    });
    expect(seriesOf(families).get('lines_total{file="}, 1"}')).toBe(3);
  });

  test.each([
    { fault: "no end mark", says: "not # EOF", page: "a 1" },
    { fault: "an early end mark", says: "neither TYPE", page: "# EOF\na 1\n# EOF" },
    { fault: "a blank line", says: "not a sample", page: "# TYPE a gauge\n\na 1\n# EOF" },
    { fault: "a comment", says: "neither TYPE", page: "# hello\n# EOF" },
    { fault: "a carriage return", says: "carriage return", page: "# TYPE a gauge\na 1\r\n# EOF" },
    { fault: "a sample without a family", says: "under no family", page: "a 1\n# EOF" },
    { fault: "a counter without _total", says: "no sample of the counter", page: "# TYPE a counter\na 1\n# EOF" },
    { fault: "a sample under another family", says: "no sample of the gauge", page: "# TYPE a gauge\nb 1\n# EOF" },
    {
      fault: "a family in two places",
      says: "not contiguous",
      page: "# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# HELP a again\n# EOF",
    },
    {
      fault: "two families with one sample name",
      says: "could belong",
      page: "# TYPE a counter\n# TYPE a_total gauge\n# EOF",
    },
    {
      fault: "a descriptor after a sample",
      says: "HELP after samples",
      page: "# TYPE a gauge\na 1\n# HELP a late\n# EOF",
    },
    { fault: "a descriptor twice", says: "a second TYPE", page: "# TYPE a gauge\n# TYPE a gauge\n# EOF" },
    { fault: "a type of the older format", says: "unknown type", page: "# TYPE a untyped\n# EOF" },
    {
      fault: "a unit that the name lacks",
      says: "does not end with the unit",
      page: "# TYPE a gauge\n# UNIT a bytes\n# EOF",
    },
    { fault: "a bad escape", says: "bad label", page: '# TYPE a gauge\na{b="\\t"} 1\n# EOF' },
    { fault: "a bare quote in a value", says: "bad label", page: '# TYPE a gauge\na{b="""} 1\n# EOF' },
    { fault: "a comma after the last label", says: "bad label", page: '# TYPE a gauge\na{b="1",} 1\n# EOF' },
    { fault: "a label twice", says: "stands twice", page: '# TYPE a gauge\na{b="1",b="2"} 1\n# EOF' },
    { fault: "a bad label name", says: "bad label", page: '# TYPE a gauge\na{1b="1"} 1\n# EOF' },
    {
      fault: "a series twice",
      says: "stands twice",
      page: '# TYPE a gauge\na{b="1",c="2"} 1\na{c="2",b="1"} 2\n# EOF',
    },
    { fault: "a value that is no number", says: "bad value", page: "# TYPE a gauge\na 0x10\n# EOF" },
    { fault: "a bad timestamp", says: "bad timestamp", page: "# TYPE a gauge\na 1 now\n# EOF" },
    { fault: "a negative counter", says: "counts and is -1", page: "# TYPE a counter\na_total -1\n# EOF" },
    { fault: "buckets without +Inf", says: "ascend to +Inf", page: '# TYPE a histogram\na_bucket{le="1"} 1\n# EOF' },
    {
      fault: "buckets out of order",
      says: "ascend to +Inf",
      page: '# TYPE a histogram\na_bucket{le="+Inf"} 1\na_bucket{le="1"} 1\n# EOF',
    },
    {
      fault: "falling buckets",
      says: "not cumulative",
      page: '# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\n# EOF',
    },
    {
      fault: "a count beside the buckets",
      says: "not its last bucket",
      page: '# TYPE a histogram\na_bucket{le="+Inf"} 1\na_count 2\n# EOF',
    },
  ])("the strict OpenMetrics reader refuses $fault", ({ page, says }) => {
    expect(() => parseOpenMetrics(page)).toThrow(says);
  });
});
