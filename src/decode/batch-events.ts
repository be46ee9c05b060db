import type { Batch } from "./batch.ts";
import type { EventSink, Reception, Rejection } from "./event.ts";
import type { FieldReader } from "./field-reader.ts";
import type { Slots } from "./slots.ts";

/**
 * Hands on the elements of a batch as events. They are read twice, since a batch is taken or refused whole: an element that
 * cannot be read rejects the line before any other has counted. Elements that give no outcome are left out; a line of
 * nothing else is skipped.
 */
export function readBatch(
  fields: FieldReader,
  batch: Batch,
  slots: Slots,
  outerTime: number,
  sink: EventSink,
): Reception | Rejection {
  while (batch.next(slots)) {
    const fault = fields.read(slots, outerTime) ?? sink.fault?.(fields.event);
    if (fault !== undefined) {
      return { reason: fault.reason, detail: `element ${batch.ordinals[0] ?? 0}: ${fault.detail}` };
    }
  }
  if (batch.fault !== undefined) return batch.fault;
  let result: Reception = { skipped: "unlabelled" };
  let isTimed = false;
  batch.begin(slots);
  while (batch.next(slots)) {
    fields.read(slots, outerTime);
    const reception = sink.event(fields.event);
    if (typeof reception !== "string") continue;
    result = reception;
    isTimed ||= !Number.isNaN(fields.event.time);
  }
  if (typeof result === "string") sink.accepted?.(isTimed);
  return result;
}
