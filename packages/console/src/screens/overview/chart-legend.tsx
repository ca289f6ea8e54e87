import type { JSX } from "preact";
import { SeverityShape } from "../../parts/severity.tsx";
import { useText } from "../../text/language.ts";
import { CHARTED, DASHES } from "./chart.ts";

/** Which line is which: by its dashes, the severity's shape and its name. */
export function ChartLegend(): JSX.Element {
  const { t } = useText();
  return (
    <ul class="chart-legend">
      {CHARTED.map((severity) => (
        <li key={severity}>
          <svg class={`dash ${severity}`} viewBox="0 0 32 4" aria-hidden="true" focusable="false">
            <path d="M0 2h32" stroke-dasharray={DASHES[severity].join(" ")} />
          </svg>
          <SeverityShape severity={severity} />
          {t(`severity.${severity}`)}
        </li>
      ))}
    </ul>
  );
}
