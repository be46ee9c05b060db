import { expect, jest, test } from "@jest/globals";
import { FileLog } from "../../src/source/tracking/file-log.ts";

/** Lines of the log, with how many were left out before each. */
function logged(tell: (log: FileLog) => void): string[] {
  const lines: string[] = [];
  const line = (what: object, text: string): void => {
    lines.push("unsaid" in what ? `${text} (${String(what.unsaid)} unsaid)` : text);
  };
  tell(new FileLog({ info: line, warn: line, error: line }));
  return lines;
}

const many = "many such lines: from now on one a minute; the metrics count all";
const times = (text: string, count: number): string[] => Array.from({ length: count }, () => text);

test("of the lines of a kind the first are logged, and then one a minute with how many were left out", () => {
  jest.useFakeTimers({ now: 0 });
  const lines = logged((log) => {
    for (let second = 0; second < 200; second++) {
      log.tell("info", "s", { file: `f${second}` }, "the file was truncated");
      jest.advanceTimersByTime(1000);
    }
  });
  jest.useRealTimers();
  const late = [40, 59, 59].map((unsaid) => `the file was truncated (${unsaid} unsaid)`);
  expect(lines).toEqual([...times("the file was truncated", 20), many, ...late]);
});

test.each([
  { what: "another source", source: "t", text: "the file is gone" },
  { what: "another kind", source: "s", text: "the file was truncated" },
])("lines of $what are logged all the same", ({ source, text }) => {
  const lines = logged((log) => {
    for (let file = 0; file < 500; file++) log.tell("info", "s", {}, "the file is gone");
    log.tell("warn", source, {}, text);
  });
  expect(lines).toEqual([...times("the file is gone", 20), many, text]);
});
