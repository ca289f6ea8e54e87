import type { JSX } from "preact";
import type { Schedules } from "../../api/types/index.ts";
import { formatUtc } from "../../text/format.ts";
import { useText } from "../../text/language.ts";

/** Connections and images with a timetable of their own. */
export function OverridesCard({ overrides }: { overrides: Schedules["overrides"] }): JSX.Element {
  const { t } = useText();
  return (
    <section class="card">
      <h2>{t("schedules.overrides")}</h2>
      {overrides.length === 0 && <p class="soft">{t("schedules.overrides.none")}</p>}
      <ul class="plain-list rows">
        {overrides.map((row) => (
          <OverrideRow key={`${row.connectionId} ${row.projectId}`} row={row} />
        ))}
      </ul>
    </section>
  );
}

function OverrideRow({ row }: { row: Schedules["overrides"][number] }): JSX.Element {
  const { t, time } = useText();
  const [next] = row.nextRuns;
  const href = row.projectId ? `/images/${row.projectId}` : `/connections/${row.connectionId}`;
  return (
    <li>
      <span>
        <a class="row-link" href={href}>
          {row.name}
        </a>
        <span class="sub">
          {t(`schedules.kind.${row.schedule.kind}`)} {row.schedule.cron && <code>{row.schedule.cron}</code>}
        </span>
      </span>
      {next && (
        <span class="number">
          <time dateTime={next}>{formatUtc(next)}</time>
          <span class="sub">{time(next)}</span>
        </span>
      )}
    </li>
  );
}
