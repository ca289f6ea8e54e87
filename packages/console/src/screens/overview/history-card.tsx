import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { OverviewHistory } from "../../api/types/index.ts";
import type { Resource } from "../../api/use-resource.ts";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { useText } from "../../text/language.ts";
import { CHARTED, drawChart } from "./chart.ts";
import { ChartLegend } from "./chart-legend.tsx";

export const HISTORY_DAYS = 30;

/** Findings over time as a chart, and as a table for those who cannot see it. */
export function HistoryCard({ history }: { history: Resource<OverviewHistory> }): JSX.Element {
  const { t } = useText();
  const items = history.data?.items;
  return (
    <section class="card" aria-labelledby="history-title">
      <header>
        <h2 id="history-title">{t("overview.history", { count: HISTORY_DAYS })}</h2>
        <ChartLegend />
      </header>
      <ProblemNote problem={history.problem} retry={history.reload} />
      {items?.length === 0 && <p class="soft">{t("overview.history.none")}</p>}
      {items && items.length > 0 && (
        <>
          <Chart items={items} />
          <HistoryTable items={items} />
        </>
      )}
    </section>
  );
}

function Chart({ items }: OverviewHistory): JSX.Element {
  const { t, language } = useText();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const labels = CHARTED.map((severity) => t(`severity.${severity}`));
    const chart = drawChart(element, items, { labels, day: t("overview.day"), days: HISTORY_DAYS, language });
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: chart.height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [items, t, language]);
  return <div ref={place} class="chart" aria-hidden="true" />;
}

function HistoryTable({ items }: OverviewHistory): JSX.Element {
  const { t, day, number } = useText();
  const columns: Column<OverviewHistory["items"][number]>[] = [
    { head: t("overview.day"), kind: "title", cell: (item) => <strong>{day(`${item.day}T12:00:00Z`)}</strong> },
    ...CHARTED.map((severity) => ({
      head: t(`severity.${severity}`),
      kind: "number" as const,
      cell: ({ counts }: OverviewHistory["items"][number]) => number(counts[severity]),
    })),
  ];
  return (
    <details class="more-facts">
      <summary>{t("overview.history.table")}</summary>
      <Table
        caption={t("overview.history.table")}
        columns={columns}
        rows={items.toReversed()}
        keyOf={({ day: key }) => key}
      />
    </details>
  );
}
