import type { ComponentChildren, JSX } from "preact";
import type { Counts, Overview, OverviewHistory } from "../../api/types/index.ts";
import { SeverityShape } from "../../parts/severity.tsx";
import { useText } from "../../text/language.ts";
import { TREND_DAYS, weekChange } from "./trend.ts";

const SHOWN = ["critical", "high", "medium", "low", "unknown"] as const;

interface TotalsProps {
  readonly overview: Overview;
  readonly history: OverviewHistory["items"];
}

/** Findings by severity with what changed in a week, and the state of everything else: each leads to its list. */
export function OverviewTotals({ overview, history }: TotalsProps): JSX.Element {
  const { t } = useText();
  return (
    <section class="totals" aria-label={t("overview.title")}>
      <FindingTotals overview={overview} history={history} />
      <FleetTotals overview={overview} />
    </section>
  );
}

function FindingTotals({ overview: { remaining }, history }: TotalsProps): JSX.Element {
  const { t, number } = useText();
  const change = remaining ? weekChange(history, remaining, new Date().toISOString()) : undefined;
  const value = (key: keyof Counts): string => (remaining ? number(remaining[key]) : t("common.noData"));
  // Much advisory data names no severity: what is unknown must not look like nothing.
  const severities = SHOWN.filter((severity) => severity !== "unknown" || (remaining && remaining.unknown > 0));
  return (
    <>
      {severities.map((severity) => (
        <Total
          key={severity}
          href={`/images?severity=${severity}`}
          name={
            <>
              <SeverityShape severity={severity} /> {t(`severity.${severity}`)}
            </>
          }
          value={value(severity)}
          note={<Change by={change?.[severity]} />}
        />
      ))}
      <Total
        href="/images?fixable=true"
        name={t("severity.fixable")}
        value={value("fixable")}
        note={<Change by={change?.fixable} />}
      />
    </>
  );
}

function Change({ by }: { by: number | undefined }): JSX.Element | null {
  const { t, number } = useText();
  if (!by) return null;
  const sign = by > 0 ? "+" : "−";
  return (
    <span class={by > 0 ? "worse" : "better"}>
      {t("overview.change", { change: `${sign}${number(Math.abs(by))}`, count: TREND_DAYS })}
    </span>
  );
}

function FleetTotals({ overview: { projects, withoutData, connections, scans } }: { overview: Overview }): JSX.Element {
  const { t, number } = useText();
  const { connected, down, waiting } = connections;
  return (
    <>
      <Total
        href="/images"
        name={t("overview.images")}
        value={number(projects)}
        note={withoutData > 0 && t("overview.withoutData", { count: withoutData })}
      />
      <Total
        href="/connections"
        name={t("overview.connections")}
        value={number(connected)}
        note={
          (down > 0 && <span class="worse">{t("overview.connections.down", { count: down })}</span>) ||
          (waiting > 0 && t("overview.connections.waiting", { count: waiting })) ||
          t("connections.state.connected")
        }
      />
      <Total
        href="/activity"
        name={t("overview.scans")}
        value={number(scans.running)}
        note={scans.queued > 0 && t("overview.scans.queued", { count: scans.queued })}
      />
    </>
  );
}

interface TotalProps {
  readonly href: string;
  readonly name: ComponentChildren;
  readonly value: string;
  readonly note?: ComponentChildren;
}

function Total({ href, name, value, note }: TotalProps): JSX.Element {
  return (
    <a class="total" href={href}>
      <span class="total-name">{name}</span>
      <span class={`total-value${/^\d/.test(value) && value.length < 9 ? "" : " words"}`}>{value}</span>
      {note && <span class="total-note">{note}</span>}
    </a>
  );
}
