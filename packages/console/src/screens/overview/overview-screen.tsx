import type { ComponentChildren, JSX } from "preact";
import type { Overview } from "../../api/types/index.ts";
import { useResource } from "../../api/use-resource.ts";
import { Loading } from "../../parts/empty.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Screen } from "../../parts/screen.tsx";
import { SeverityShape } from "../../parts/severity.tsx";
import { useText } from "../../text/language.ts";
import { RunningImports } from "../imports/running-imports.tsx";
import { AdvisoriesCard } from "./advisories-card.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { HistoryCard } from "./history-card.tsx";
import { NewThisWeek } from "./new-this-week.tsx";

export function OverviewScreen(): JSX.Element {
  const { t } = useText();
  const overview = useResource<Overview>("/overview", ["project", "connection", "scan", "advisories"]);
  return (
    <Screen title={t("overview.title")} lead={t("overview.lead")}>
      <ProblemNote problem={overview.problem} retry={overview.reload} />
      {overview.isLoading && <Loading />}
      {overview.data && <Body overview={overview.data} />}
    </Screen>
  );
}

function Body({ overview }: { overview: Overview }): JSX.Element {
  const { connections } = overview;
  const isFresh = overview.projects === 0;
  return (
    <div class="stack">
      {isFresh && <FirstSteps hasConnection={connections.connected + connections.down + connections.waiting > 0} />}
      <RunningImports />
      <Totals overview={overview} />
      {!isFresh && <HistoryCard />}
      <div class="columns">
        <NewThisWeek rows={overview.newThisWeek} />
        <AdvisoriesCard status={overview.advisories} />
      </div>
    </div>
  );
}

const SHOWN = ["critical", "high", "medium", "low", "unknown"] as const;

function Totals({ overview }: { overview: Overview }): JSX.Element {
  const { t, number } = useText();
  const { remaining, connections, scans } = overview;
  // Much advisory data names no severity: what is unknown must not look like nothing.
  const severities = SHOWN.filter((severity) => severity !== "unknown" || (remaining && remaining.unknown > 0));
  const said = (text: string, count: number): string | undefined => (count > 0 ? text : undefined);
  return (
    <section class="totals" aria-label={t("overview.title")}>
      {severities.map((severity) => (
        <Total
          key={severity}
          href={`/images?severity=${severity}`}
          name={
            <>
              <SeverityShape severity={severity} /> {t(`severity.${severity}`)}
            </>
          }
          value={remaining ? number(remaining[severity]) : t("common.noData")}
        />
      ))}
      <Total
        href="/images?fixable=true"
        name={t("severity.fixable")}
        value={remaining ? number(remaining.fixable) : t("common.noData")}
      />
      <Total
        href="/images"
        name={t("overview.images")}
        value={number(overview.projects)}
        note={said(t("overview.withoutData", { count: overview.withoutData }), overview.withoutData)}
      />
      <Total
        href="/connections"
        name={t("overview.connections")}
        value={number(connections.connected)}
        note={
          said(t("overview.connections.down", { count: connections.down }), connections.down) ??
          said(t("overview.connections.waiting", { count: connections.waiting }), connections.waiting) ??
          t("connections.state.connected")
        }
      />
      <Total
        href="/activity"
        name={t("overview.scans")}
        value={number(scans.running)}
        note={said(t("overview.scans.queued", { count: scans.queued }), scans.queued)}
      />
    </section>
  );
}

interface TotalProps {
  readonly href: string;
  readonly name: ComponentChildren;
  readonly value: string;
  readonly note?: string | undefined;
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
