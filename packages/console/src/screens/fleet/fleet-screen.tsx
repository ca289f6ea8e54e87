import type { JSX } from "preact";
import type { Fleet } from "../../api/types/index.ts";
import { useResource } from "../../api/use-resource.ts";
import { Loading } from "../../parts/empty.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Screen } from "../../parts/screen.tsx";
import { useText } from "../../text/language.ts";
import { AgentsCard } from "./agents-card.tsx";
import { FleetClients } from "./fleet-clients.tsx";
import { ServersCard } from "./servers-card.tsx";

/** Everything that runs: servers, the clients that dialled in, and the agents that they lead to. */
export function FleetScreen(): JSX.Element {
  const { t } = useText();
  const fleet = useResource<Fleet>("/fleet", ["connection"]);
  return (
    <Screen title={t("fleet.title")} lead={t("fleet.lead")}>
      <div class="stack">
        <ProblemNote problem={fleet.problem} retry={fleet.reload} />
        {fleet.isLoading && <Loading />}
        {fleet.data && fleet.data.servers.length > 0 && <ServersCard servers={fleet.data.servers} />}
        {fleet.data && <FleetClients fleet={fleet.data} />}
        <AgentsCard />
      </div>
    </Screen>
  );
}
