import { appendFileSync, writeFileSync } from "node:fs";
import type { LogCases } from "./log-case.ts";
import { between, pause, rotate, write } from "./scenes.ts";

const maximum = 4096;
/** What one read takes at most: the border of a read is where lines are in danger. */
const readBytes = 1024 * 1024;

/** Lines that come in pieces, lines that are too long, and bytes that are no lines. */
export const lineCases: LogCases = {
  "a restart in the middle of a line, whose end arrives after another restart": {
    scenes: [
      async (folder) => {
        folder.write(3);
        await folder.settled();
        const line = folder.outcomes.next();
        folder.outcomes.uncount(3);
        appendFileSync(folder.app, line.slice(0, 40));
        await folder.unread(40);
      },
      pause,
      (folder) => folder.unread(40),
      pause,
      (folder) => {
        appendFileSync(folder.app, `${folder.outcomes.again(3).slice(40)}\n`);
        folder.write(2);
      },
    ],
  },
  "a line cut at each byte from its 90th into two writes, of many-byte letters": {
    files: ["cut-*.log"],
    scenes: [
      async (folder) => {
        const rests = new Map<string, { readonly cut: number; readonly rest: Buffer }>();
        const bytes = (): Buffer => Buffer.from(`${folder.outcomes.next({ letters: "é模😀\\" })}\n`);
        // No more files than have series of their own, which tell how much of each is unread.
        for (let cut = 90; ; cut++) {
          const line = bytes();
          if (cut >= line.length) {
            appendFileSync(folder.path("cut-whole.log"), line);
            break;
          }
          const path = folder.path(`cut-${cut}.log`);
          writeFileSync(path, line.subarray(0, cut));
          rests.set(path, { cut, rest: line.subarray(cut) });
        }
        await Promise.all([...rests].map(([path, { cut }]) => folder.unread(cut, path)));
        for (const [path, { rest }] of rests) appendFileSync(path, rest);
      },
    ],
  },
  "a carriage return that is parted from its newline": {
    scenes: [
      async (folder) => {
        appendFileSync(folder.app, `${folder.outcomes.next()}\r\n`);
        await folder.settled();
        const line = `${folder.outcomes.next()}\r`;
        appendFileSync(folder.app, line);
        await folder.unread(line.length);
        appendFileSync(folder.app, "\n");
        await folder.settled();
        appendFileSync(folder.app, `\r\n${folder.outcomes.next()}\r\n`);
      },
    ],
  },
  "no newline at the end, then more": {
    scenes: [
      async (folder) => {
        const whole = folder.outcomes.lines(3);
        appendFileSync(folder.app, whole.slice(0, -1));
        await folder.unread(whole.length - 1 - whole.trimEnd().lastIndexOf("\n") - 1);
        appendFileSync(folder.app, `\n${folder.outcomes.lines(2)}`);
      },
    ],
  },
  "no newline at the end of a file that is deleted": {
    scenes: [
      async (folder) => {
        const fd = folder.open();
        folder.writeTo(fd, 3);
        await folder.settled();
        folder.rotate();
        appendFileSync(folder.path("app.log.1"), folder.outcomes.next());
        folder.close(fd);
        (await import("node:fs")).rmSync(folder.path("app.log.1"));
        folder.write(2);
      },
    ],
  },
  "lines at, one below and one above the maximum at the border of a read": {
    files: ["border-*.log"],
    scenes: [
      async (folder) => {
        let tooLong = 0;
        for (const bytes of [maximum - 1, maximum, maximum + 1]) {
          for (const before of [0, 1, 2, 100, maximum - 1, maximum, maximum + 1, maximum + 2]) {
            const long = folder.outcomes.nextOf(bytes);
            if (bytes > maximum) {
              folder.outcomes.uncount(folder.outcomes.written - 1);
              tooLong++;
            }
            // Empty lines count as nothing, and bring the line to its place.
            const filling = "\n".repeat(readBytes - before);
            const text = `${filling}${long}\n${folder.outcomes.next()}\n`;
            writeFileSync(folder.path(`border-${bytes}-${before}.log`), text);
          }
        }
        await folder.settled();
        await folder.rejected("line_too_long", tooLong);
      },
    ],
  },
  "a line that is much too long leaves its neighbours whole, also when it comes in pieces": {
    scenes: [
      async (folder) => {
        appendFileSync(folder.app, `${folder.outcomes.next()}\n${"x".repeat(3_000_000)}\n${folder.outcomes.next()}\n`);
        await folder.settled();
        for (let piece = 0; piece < 4; piece++) {
          appendFileSync(folder.app, "y".repeat(1_200_000));
          await folder.unread((piece + 1) * 1_200_000);
        }
        appendFileSync(folder.app, `\n${folder.outcomes.next()}\n`);
        await folder.settled();
        await folder.rejected("line_too_long", 2);
      },
    ],
  },
  "a restart in the middle of a line that is too long": {
    scenes: [
      async (folder) => {
        appendFileSync(folder.app, `${folder.outcomes.next()}\n${"x".repeat(2_000_000)}`);
        await folder.unread(2_000_000);
      },
      pause,
      async (folder) => {
        appendFileSync(folder.app, `${"x".repeat(2_000_000)}\n${folder.outcomes.next()}\n`);
        await folder.settled();
        await folder.rejected("line_too_long", 1);
      },
    ],
  },
  "a byte order mark of UTF-8 is passed over": {
    scenes: [
      async (folder) => {
        writeFileSync(folder.app, Buffer.from([0xef]));
        await folder.unread(1);
        appendFileSync(folder.app, Buffer.from([0xbb, 0xbf]));
        folder.write(3);
      },
    ],
  },
  "UTF-16 is refused by name, and what takes its place is read": {
    scenes: [
      async (folder) => {
        const line = '{"model":"utf16","version":"1","label":"a","prediction":"b"}\n';
        writeFileSync(folder.app, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(line, "utf16le")]));
        await folder.failed("ENCODING");
        if (!folder.log.includes("it is UTF-16LE")) throw new Error("the encoding is not named in the log");
        folder.rotate();
        folder.write(3);
      },
    ],
  },
  "invalid UTF-8 spoils no more than its own line": {
    scenes: [
      async (folder) => {
        folder.write(1);
        appendFileSync(folder.app, Buffer.concat([Buffer.from([0xc3, 0x28, 0xff, 0xfe, 0x0a])]));
        folder.write(1);
        await folder.rejected("malformed", 1);
      },
    ],
  },
  "empty lines only": {
    scenes: [
      async (folder) => {
        writeFileSync(folder.app, "\n\r\n\n   \n\n");
        await folder.unread(0);
        folder.write(2);
      },
    ],
  },
  "NUL bytes before, between and behind lines": {
    scenes: [
      async (folder) => {
        const nuls = "\0".repeat(5000);
        appendFileSync(folder.app, `${nuls}${folder.outcomes.next()}\n${nuls}\n${folder.outcomes.next()}\n${nuls}`);
        await folder.settled();
        appendFileSync(folder.app, `${folder.outcomes.next()}\n`);
      },
    ],
  },
  "a binary file is rejected line by line, and its neighbour is read": {
    files: ["*.log"],
    scenes: [
      async (folder) => {
        const bytes = Buffer.alloc(200_000);
        for (let at = 0; at < bytes.length; at++) bytes[at] = (at * 7919 + (at >> 5)) % 256;
        writeFileSync(folder.path("binary.log"), bytes);
        folder.write(3);
        await folder.settled();
        await folder.rejected("malformed", bytes.filter((byte) => byte === 0x0a).length);
        folder.write(3);
      },
    ],
  },
  "two files with the same first bytes": {
    files: ["*.log"],
    scenes: [
      async (folder) => {
        const first = `${JSON.stringify({ banner: "z".repeat(2000) })}\n`;
        for (const name of ["one.log", "two.log"]) {
          writeFileSync(folder.path(name), first);
          folder.write(2, folder.path(name));
        }
        await folder.settled();
        await folder.rejected("missing_field", 2);
        folder.write(2, folder.path("one.log"));
        folder.write(2, folder.path("two.log"));
      },
      (folder) => {
        folder.rotate("one.log");
        folder.write(2, folder.path("two.log"));
        folder.write(2, folder.path("one.log"));
      },
      pause,
    ],
  },
  "two files with the very same content": {
    files: ["*.log"],
    scenes: [
      async (folder) => {
        const line = `${folder.outcomes.next()}\n`;
        writeFileSync(folder.path("one.log"), line);
        writeFileSync(folder.path("two.log"), `${folder.outcomes.again(0)}\n`);
        await folder.settled();
        folder.write(1, folder.path("one.log"));
        folder.write(1, folder.path("two.log"));
      },
    ],
  },
  "a file shorter than the fingerprint that grows": {
    scenes: [
      async (folder) => {
        for (let line = 0; line < 15; line++) {
          folder.write(1);
          await folder.settled();
        }
      },
      between(1, rotate),
      write(1),
    ],
  },
};
