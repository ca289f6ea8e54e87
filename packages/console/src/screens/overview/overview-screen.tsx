import type { JSX } from "preact";
import type { Overview, OverviewHistory } from "../../api/types/index.ts";
import { useResource } from "../../api/use-resource.ts";
import { Loading } from "../../parts/empty.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Screen } from "../../parts/screen.tsx";
import { useText } from "../../text/language.ts";
import { RunningImports } from "../imports/running-imports.tsx";
import { AdvisoriesCard } from "./advisories-card.tsx";
import { ConnectionsCard } from "./connections-card.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { HISTORY_DAYS, HistoryCard } from "./history-card.tsx";
import { NewThisWeek } from "./new-this-week.tsx";
import { OverviewTotals } from "./overview-totals.tsx";

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
  const path = isFresh ? undefined : `/overview/history?days=${HISTORY_DAYS}`;
  const history = useResource<OverviewHistory>(path, ["advisories", "project"]);
  return (
    <div class="stack">
      {isFresh && <FirstSteps hasConnection={connections.connected + connections.down + connections.waiting > 0} />}
      <RunningImports />
      <OverviewTotals overview={overview} history={history.data?.items ?? []} />
      {!isFresh && <HistoryCard history={history} />}
      <div class="columns">
        {!isFresh && <NewThisWeek rows={overview.newThisWeek} />}
        {!isFresh && <ConnectionsCard />}
        <AdvisoriesCard status={overview.advisories} />
      </div>
    </div>
  );
}
