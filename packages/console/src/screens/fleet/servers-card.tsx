import type { JSX } from "preact";
import type { FleetServer } from "../../api/types/index.ts";
import { Icon } from "../../parts/icons.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { type TextTools, useText } from "../../text/language.ts";

export function ServersCard({ servers }: { servers: readonly FleetServer[] }): JSX.Element {
  const text = useText();
  return (
    <section class="stack tight-stack" aria-labelledby="servers-title">
      <h2 id="servers-title">{text.t("fleet.servers")}</h2>
      <Table caption={text.t("fleet.servers")} columns={serverColumns(text)} rows={servers} keyOf={({ id }) => id} />
    </section>
  );
}

/** What people call a server: its host, else the address under which it was expected. */
export function serverName({ id, url, state }: FleetServer): string {
  return state?.host ?? url ?? id.slice(0, 8);
}

function serverColumns({ t, bytes, number }: TextTools): Column<FleetServer>[] {
  const silent = "–";
  return [
    { head: t("fleet.server"), kind: "title", cell: (server) => <Name server={server} /> },
    { head: t("connection.version"), cell: ({ state }) => state?.version ?? silent },
    {
      head: t("fleet.started"),
      kind: "tight",
      cell: ({ state }) => (state ? <Time at={state.startedAt} age /> : silent),
    },
    { head: t("fleet.memory"), kind: "number", cell: ({ state }) => (state ? bytes(state.memoryBytes) : silent) },
    { head: t("connections.clients"), kind: "number", cell: ({ state }) => (state ? number(state.clients) : silent) },
    {
      head: t("connection.inFlight"),
      kind: "number",
      cell: ({ state }) => (state ? number(state.inFlight) : silent),
    },
  ];
}

function Name({ server }: { server: FleetServer }): JSX.Element {
  const { t } = useText();
  const { isThis, state, url } = server;
  return (
    <>
      <strong>{serverName(server)}</strong>{" "}
      <span class="marks">
        {state?.isLeader && <span class="tag-mark">{t("fleet.server.leader")}</span>}
        {isThis && <span class="tag-mark">{t("fleet.server.this")}</span>}
      </span>
      {!state && (
        <span class="state-mark Failed">
          <Icon name="cross" />
          {t("fleet.server.silent")}
        </span>
      )}
      {url && <span class="sub">{url}</span>}
    </>
  );
}
