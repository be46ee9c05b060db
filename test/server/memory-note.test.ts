import { expect, test } from "@jest/globals";
import { memoryNote, tagBytes } from "../../src/server/memory-note.ts";
import { parseConfig } from "../../src/config/parse.ts";
import { readRepositoryFile } from "../support/repository.ts";

const parse = (limits: object = {}, more: object = {}) =>
  parseConfig({ sources: [{ files: ["/var/log/a.jsonl"] }], limits, ...more }, "/etc/c.ts", {});

test.each([
  { classes: 2, said: "23 kB for 2 classes", kilobytes: 23 },
  { classes: 10, said: "115 kB for 10", kilobytes: 115 },
  { classes: 100, said: "9 MB for 100", kilobytes: 9000 },
])(
  "a tag of $classes classes is estimated at what docs/metrics.md measured, to a sixth",
  ({ classes, said, kilobytes }) => {
    expect(readRepositoryFile("docs/metrics.md").replace(/\s+/gu, " ")).toContain(said);
    const estimated = tagBytes(parse(), classes) / 1000;
    expect(Math.abs(estimated - kilobytes) / kilobytes).toBeLessThan(1 / 6);
  },
);

test.each([
  { why: "memory is not limited", limit: undefined, limits: {}, says: undefined },
  { why: "all of it fits", limit: 512e6, limits: { maxTags: 50, maxClasses: 30 }, says: undefined },
  {
    why: "the defaults could take more",
    limit: 536_870_912,
    limits: {},
    says: /limited to 537 MB here, and 1000 tags \(limits\.maxTags\) of 100 classes \(limits\.maxClasses\).* would take 9\.3 GB: 9\.3 MB each, of 10 classes 1\d\d kB;/u,
  },
  {
    why: "the ids of a join could take more",
    limit: 128e6,
    limits: { maxTags: 1, maxClasses: 2 },
    more: { sources: [{ files: ["/a"], fields: { id: "id" } }], join: { maxIds: 10_000_000 } },
    says: /would take 180 MB.*, and 180 MB for join\.maxIds;/u,
  },
])("the cost of the limits is told where memory is limited: $why", ({ limit, limits, more = {}, says }) => {
  const note = memoryNote(parse(limits, more), limit);
  if (says === undefined) expect(note).toBeUndefined();
  else expect(note).toMatch(says);
});
