import type { JSX } from "preact";
import type { FleetAgent, FleetAgents } from "../../api/types/index.ts";
import { useResource } from "../../api/use-resource.ts";
import { Empty } from "../../parts/empty.tsx";
import { Icon } from "../../parts/icons.tsx";
import { List, listOfAll } from "../../parts/list.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { type TextTools, useText } from "../../text/language.ts";

/** How the agents are; asked when the page opens, and again on demand, since each answer costs a call through a tunnel. */
export function AgentsCard(): JSX.Element {
  const text = useText();
  const { t } = text;
  const agents = useResource<FleetAgents>("/fleet/agents");
  const left = agents.data?.left ?? 0;
  return (
    <section class="stack tight-stack" aria-labelledby="agents-title">
      <div class="tab-actions flush">
        <div>
          <h2 id="agents-title">{t("fleet.agents")}</h2>
          <p class="soft">{t("fleet.agents.hint")}</p>
        </div>
        <button type="button" class="button" onClick={agents.reload}>
          {t("fleet.agents.again")}
        </button>
      </div>
      <List source={listOfAll(agents)} empty={<Empty title={t("fleet.agents.none")} />}>
        {(items) => (
          <Table
            caption={t("fleet.agents")}
            columns={agentColumns(text)}
            rows={items}
            keyOf={({ connectionId }) => connectionId}
          />
        )}
      </List>
      {left > 0 && <p class="soft">{t("fleet.agents.left", { count: left })}</p>}
    </section>
  );
}

function agentColumns({ t, number }: TextTools): Column<FleetAgent>[] {
  return [
    {
      head: t("images.connection"),
      kind: "title",
      cell: ({ connectionId, connectionName }) => (
        <a class="row-link" href={`/connections/${connectionId}`}>
          {connectionName}
        </a>
      ),
    },
    { head: t("connections.state"), cell: (agent) => <AgentState agent={agent} /> },
    { head: t("connection.version"), cell: ({ version }) => version ?? "–" },
    { head: t("fleet.agent.took"), kind: "number", cell: ({ durationMs }) => `${number(durationMs)} ms` },
    { head: t("fleet.agent.scanning"), kind: "number", cell: ({ scanning }) => number(scanning) },
  ];
}

function AgentState({ agent: { ok, problem } }: { agent: FleetAgent }): JSX.Element {
  const { t, heard } = useText();
  if (ok) {
    return (
      <span class="state-mark Complete">
        <Icon name="check" />
        {t("fleet.agent.ok")}
      </span>
    );
  }
  return (
    <>
      <span class="state-mark Failed">
        <Icon name="cross" />
        <code>{problem?.code ?? t("fleet.server.silent")}</code>
      </span>
      {problem && <span class="sub">{heard(problem.action)}</span>}
    </>
  );
}
