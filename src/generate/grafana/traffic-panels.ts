import type { Config } from "../../config/config.ts";
import { aggregateBy, selector, type Vector } from "../promql/builder.ts";
import { labelledSeries } from "../rules/labelled-rules.ts";
import { graph, rangeQuery, share, type PanelBody } from "./panel.ts";
import { tagLegend } from "./quality-panels.ts";
import { selected, selectedWindow } from "./variables.ts";

/** Builds the panels on how much of the traffic is labelled; none without a join, or where no maturity is given only two. */
export function trafficPanels({ tagLabels, join }: Pick<Config, "tagLabels" | "join">): readonly PanelBody[] {
  if (join === undefined) return [];
  const legend = tagLegend(tagLabels);
  const series = (name: string): Vector => selector(name, selected(tagLabels));
  const ofAges = selected(tagLabels).filter((matcher) => matcher !== selectedWindow);
  const hasMaturity = [...join.models.values()].some(({ maturityMs }) => maturityMs !== undefined);
  const shares = graph(
    {
      title: "Labelled share",
      description:
        "Of the predictions in the window that are as old as the maturity, how many have a label. Where it is low, figures may be of no sample of the traffic.",
    },
    [rangeQuery("share", series(labelledSeries.share), legend)],
    share,
  );
  const byClass = graph(
    {
      title: "Labelled share by predicted class",
      description: "Where classes differ much, what is labelled is no sample: recall is off above all.",
    },
    [rangeQuery("classes", series(labelledSeries.classShare), `${legend} {{class}}`.trim())],
    share,
  );
  return [
    ...(hasMaturity ? [shares, byClass] : []),
    graph(
      {
        title: "Labelled share by age",
        description:
          "Of the predictions up to this age and past the one before. The maturity is well chosen where it stops rising; low at every age, labels do not come.",
      },
      [rangeQuery("ages", selector(labelledSeries.ageShare, ofAges), `${legend} {{age}}`.trim())],
      share,
    ),
    graph(
      { title: "Predictions by class", description: "Predictions in the window, labelled or not." },
      [
        rangeQuery(
          "traffic",
          aggregateBy("sum", [...tagLabels, "class"], series(labelledSeries.traffic)),
          `${legend} {{class}}`.trim(),
        ),
      ],
      { unit: "short", min: 0 },
    ),
  ];
}
