import { expect, test } from "@jest/globals";
import { heldTime, state } from "../../src/join/id-table.ts";
import { readRecord, recordBytes, RecordLog, type IdRecord } from "../../src/join/records.ts";

test.each([
  { what: "some at a time", perCommit: [1, 0, 3, 200, 1] },
  { what: "a backlog between two commits", perCommit: [9000, 1, 0, 4096, 255, 256, 4097] },
  { what: "as many as a blob holds", perCommit: [4096, 4096, 0, 8192, 1] },
])("records are saved in their order, none lost and none twice: $what", ({ perCommit }) => {
  const saved = new Map<number, Uint8Array>();
  const given: IdRecord[] = [];
  let log = new RecordLog(0);
  perCommit.forEach((count, commit) => {
    for (let n = 0; n < count; n++) {
      const record = { low: given.length, high: commit, state: state.joined, cell: n % 7, time: heldTime(1e12 + n) };
      log.add(record.low, record.high, record.state, record.cell, record.time);
      given.push(record);
    }
    for (const [blob, bytes] of log.changes()) saved.set(blob, bytes.slice());
    // A restart goes on behind the last blob.
    if (commit === 2) log = new RecordLog(Math.max(...saved.keys()) + 1);
  });
  const read: IdRecord[] = [];
  for (const [, bytes] of [...saved].sort(([one], [other]) => one - other)) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.length; at += recordBytes) {
      const record: IdRecord = { low: 0, high: 0, state: 0, cell: 0, time: 0 };
      readRecord(view, at, record);
      read.push(record);
    }
  }
  expect(read).toEqual(given);
});
