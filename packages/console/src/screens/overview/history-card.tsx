import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { OverviewHistory } from "../../api/types/index.ts";
import { useResource } from "../../api/use-resource.ts";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { useText } from "../../text/language.ts";
import { CHARTED, drawChart } from "./chart.ts";

const DAYS = 30;

/** Findings over time as a chart, and as a table for those who cannot see it. */
export function HistoryCard(): JSX.Element {
  const { t } = useText();
  const history = useResource<OverviewHistory>(`/overview/history?days=${DAYS}`, ["advisories", "project"]);
  const items = history.data?.items;
  return (
    <section class="card" aria-labelledby="history-title">
      <h2 id="history-title">{t("overview.history", { count: DAYS })}</h2>
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
    const chart = drawChart(element, items, { labels, day: t("overview.day"), days: DAYS, language });
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
  return (
    <details class="more-facts">
      <summary>{t("overview.history.table")}</summary>
      <div class="table-frame scrolls">
        <table>
          <thead>
            <tr>
              <th scope="col">{t("overview.day")}</th>
              {CHARTED.map((severity) => (
                <th key={severity} scope="col" class="number">
                  {t(`severity.${severity}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.day}>
                <th scope="row">{day(`${item.day}T12:00:00Z`)}</th>
                {CHARTED.map((severity) => (
                  <td key={severity} class="number">
                    {number(item.counts[severity])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
