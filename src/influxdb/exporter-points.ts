import type { InfluxTarget } from "../config/influxdb-target.ts";
import type { HealthView } from "../exposition/health.ts";
import { countField, numberField, SeriesStart, tagValue } from "./line-protocol.ts";
import { writtenTags, type Lines } from "./points.ts";
import { measurements } from "../quality/measurements.ts";

/** Writes how the exporter does: how far its sources are read, what of them was rejected, and how many tags there are. */
export function exporterPoints(
  { lines: counts, files, tags, tagsDropped }: Pick<HealthView, "lines" | "files" | "tags" | "tagsDropped">,
  fixed: InfluxTarget["tags"],
  time: number,
): Lines {
  const end = ` ${Math.floor(time / 1000)}\n`;
  const written = writtenTags(fixed);
  const start = new SeriesStart(measurements.exporter, written, []).text();
  let text = `${start} ${countField("tags", tags)},${countField("tags_dropped_total", tagsDropped)}${end}`;
  let lines = 1;
  const ofSource = new SeriesStart(measurements.exporter, written, ["source"]);
  for (const { source, read, rejectedByReason } of counts) {
    const own = files.filter((file) => file.source === source);
    const rejected = Object.values(rejectedByReason).reduce((sum, count) => sum + count, 0);
    const fields = [
      countField("lines_total", read),
      countField("line_errors_total", rejected),
      countField(
        "source_lag_bytes",
        own.reduce((sum, { lagBytes = 0 }) => sum + lagBytes, 0),
      ),
      numberField("source_lag_seconds", Math.max(0, ...own.map(({ lagSeconds = 0 }) => lagSeconds))),
    ];
    text += `${ofSource.text(tagValue(source))} ${fields.join(",")}${end}`;
    lines++;
  }
  return { text, lines };
}
