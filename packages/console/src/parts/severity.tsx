import type { JSX } from "preact";
import type { Counts, Severity, Totals } from "../api/types/index.ts";
import { useText } from "../text/language.ts";

/** A shape for each severity, so that colour is never the only sign. */
const SHAPES: Record<Severity, string> = {
  critical: "M8 .5 10.300 5.400 15.600 6 11.700 9.700 12.700 15 8 12.400 3.300 15 4.300 9.700.4 6 5.700 5.400z",
  high: "M8 1.500 15.500 14.500H.5z",
  medium: "M8 .8 15.200 8 8 15.200.8 8z",
  low: "M2 2h12v12H2z",
  negligible: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z",
  none: "M1.500 8.500 6 13l8.500-9.500-1.800-1.600L6 9.600 3.200 6.800z",
  unknown: "M3 6.500h10v3H3z",
};

export function SeverityShape({ severity }: { severity: Severity }): JSX.Element {
  return (
    <svg class={`shape ${severity}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={SHAPES[severity]} />
    </svg>
  );
}

export function SeverityMark({ severity }: { severity: Severity }): JSX.Element {
  const { t } = useText();
  return (
    <span class={`severity-mark ${severity}`}>
      <SeverityShape severity={severity} />
      {t(`severity.${severity}`)}
    </span>
  );
}

const SHOWN = ["critical", "high", "medium", "low"] as const;

/** Counts per severity of one image; the rarer ones are summed up behind. */
export function SeverityCounts({ totals }: { totals: Totals }): JSX.Element {
  const { t } = useText();
  const { remaining } = totals;
  if (!remaining) return <span class="no-data">{t("common.noData")}</span>;
  const partial = totals.coverage === "partial" && (
    <span class="partial" title={t("images.partial.hint")}>
      {t("images.partial")}
    </span>
  );
  if (remaining.total === 0) {
    return (
      <span class="counts">
        <span class="clean">
          <SeverityShape severity="none" /> {t("images.clean")}
        </span>
        {partial}
      </span>
    );
  }
  return (
    <span class="counts">
      {SHOWN.map((severity) => (
        <SeverityCount key={severity} severity={severity} count={remaining[severity]} />
      ))}
      <OtherCounts counts={remaining} />
      {partial}
    </span>
  );
}

/** A count with its shape; read as "critical 3". */
export function SeverityCount({ severity, count }: { severity: Severity; count: number }): JSX.Element {
  const { t, number } = useText();
  const name = t(`severity.${severity}`);
  return (
    <span class={`count ${severity}${count === 0 ? " zero" : ""}`} title={`${name}: ${number(count)}`}>
      <SeverityShape severity={severity} />
      <span class="visually-hidden">{name} </span>
      <span class="letter" aria-hidden="true">
        {t(`severity.letter.${severity}`)}
      </span>
      {number(count)}
    </span>
  );
}

function OtherCounts({ counts }: { counts: Counts }): JSX.Element | null {
  return (
    <>
      {(["negligible", "none", "unknown"] as const)
        .filter((severity) => counts[severity] > 0)
        .map((severity) => (
          <SeverityCount key={severity} severity={severity} count={counts[severity]} />
        ))}
    </>
  );
}
