import type { JSX } from "preact";
import { formatUtc } from "../../text/format.ts";
import { useText } from "../../text/language.ts";

/** Coming runs, in UTC first as timetables are, and in the reader's own time. */
export function NextRuns({ runs }: { runs: readonly string[] }): JSX.Element {
  const { t, time } = useText();
  if (runs.length === 0) return <p class="soft">{t("schedules.next.none")}</p>;
  return (
    <table class="compact">
      <caption>{t("schedules.next")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("schedules.utc")}</th>
          <th scope="col">{t("schedules.local")}</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run}>
            <td>
              <time dateTime={run}>{formatUtc(run)}</time>
            </td>
            <td>{time(run)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
