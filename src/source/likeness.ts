import type { Candidate, Content } from "./content.ts";
import { identityBytes, isSame, type Identity } from "./identity.ts";
import { familyOf, stemOf } from "./rotation-names.ts";

/** What a file is, as far as it was seen: what a copy of it is known by. */
export interface Original extends Identity {
  /** What it is called. */
  readonly name: string;
  /** What it holds now; undefined when it cannot be asked any more, or is compressed. */
  readonly content: Content | undefined;
  /** Its first bytes, at most `identityBytes`, as they are now; undefined when they cannot be asked any more. */
  readonly first: Buffer | undefined;
}

/**
 * How many bytes of a file are those of another one, as far as that can be known: the file is a copy of it, or of what it
 * was, made by `cp` or compressed. Undefined when it is a file of its own. Throws `Moved` and what the system and zlib say.
 *
 * An original only grows. So a copy of one that is still there is no longer than it, and the same to its end; of one that
 * is gone it holds at least what was read, or else nothing can be known of it but its first bytes.
 */
export function likeness(candidate: Candidate, original: Original): number | undefined {
  const { head, first, content } = original;
  if (head.bytes === 0 || !areRelated(candidate.name, original)) return undefined;
  const start = candidate.head();
  if (first === undefined) {
    const isSameStart = start.length >= head.bytes && isSame(head, start.subarray(0, head.bytes));
    return isSameStart ? likenessToGone(candidate, original) : undefined;
  }
  if (start.length > first.length || !start.equals(first.subarray(0, start.length))) return undefined;
  if (candidate.isCompressed) return start.length;
  return content === undefined ? likenessToGone(candidate, original) : likenessOf(candidate.content(), content);
}

/** A few bytes may be the same by chance in two logs, but not in a log and in what rotation made of it. */
function areRelated(name: string, { name: other, head }: Original): boolean {
  if (familyOf(name) === familyOf(other)) return true;
  return head.bytes === identityBytes && stemOf(name) === stemOf(other);
}

function likenessToGone(candidate: Candidate, { offset, head, tail }: Original): number | undefined {
  if (candidate.isCompressed) return head.bytes;
  const content = candidate.content();
  const size = content.size();
  if (size < offset) return head.bytes === identityBytes ? head.bytes : undefined;
  return isSame(tail, content.stretch(offset - tail.bytes, tail.bytes)) ? Math.max(offset, head.bytes) : undefined;
}

function likenessOf(copy: Content, original: Content): number | undefined {
  const size = copy.size();
  if (size > original.size()) return undefined;
  const length = Math.min(size, identityBytes);
  const isAlike = copy.stretch(size - length, length).equals(original.stretch(size - length, length));
  return isAlike ? size : undefined;
}

/** Whether a copy ends before `offset`, as far as that can be known of a compressed one. */
export function isShorter(candidate: Candidate, { offset }: { readonly offset: number }): boolean {
  if (!candidate.isCompressed) return candidate.content().size() < offset;
  const { length } = candidate.head();
  return length < identityBytes && length < offset;
}
