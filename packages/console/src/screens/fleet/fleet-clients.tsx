import type { JSX } from "preact";
import type { Fleet, FleetClient } from "../../api/types/index.ts";
import { Empty } from "../../parts/empty.tsx";
import { Icon } from "../../parts/icons.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { type TextTools, useText } from "../../text/language.ts";
import { serverName } from "./servers-card.tsx";

/** Each broker client that is connected now, whichever server holds it. */
export function FleetClients({ fleet: { clients, servers } }: { fleet: Fleet }): JSX.Element {
  const text = useText();
  const { t } = text;
  const columns = servers.length > 1 ? [...clientColumns(text), serverColumn(text, servers)] : clientColumns(text);
  return (
    <section class="stack tight-stack" aria-labelledby="clients-title">
      <h2 id="clients-title">{t("fleet.clients")}</h2>
      {clients.length === 0 ? (
        <Empty title={t("fleet.clients.none")} />
      ) : (
        <Table
          caption={t("fleet.clients")}
          columns={columns}
          rows={clients}
          keyOf={({ connectionId, clientId, serverId }) => `${connectionId} ${clientId} ${serverId}`}
        />
      )}
    </section>
  );
}

function clientColumns({ t, number }: TextTools): Column<FleetClient>[] {
  return [
    { head: t("connection.client"), kind: "title", cell: (client) => <Name client={client} /> },
    {
      head: t("connection.version"),
      cell: ({ version, isTidewaiter }) => (
        <>
          {version} {!isTidewaiter && <span class="tag-mark">{t("connection.vendor")}</span>}
        </>
      ),
    },
    { head: t("connection.address"), cell: ({ address }) => address },
    { head: t("fleet.sockets"), cell: (client) => <SocketCount client={client} /> },
    { head: t("connection.since"), kind: "tight", cell: ({ connectedAt }) => <Time at={connectedAt} age /> },
    { head: t("connection.inFlight"), kind: "number", cell: ({ inFlight }) => number(inFlight) },
  ];
}

function serverColumn({ t }: TextTools, servers: Fleet["servers"]): Column<FleetClient> {
  const names = new Map(servers.map((server) => [server.id, serverName(server)]));
  return { head: t("fleet.server"), cell: ({ serverId }) => names.get(serverId) ?? serverId.slice(0, 8) };
}

function Name({ client: { connectionId, connectionName, clientId } }: { client: FleetClient }): JSX.Element {
  return (
    <>
      <a class="row-link" href={`/connections/${connectionId}`}>
        {connectionName}
      </a>
      <code class="sub">{clientId}</code>
    </>
  );
}

/** Fewer connections than there were: one broke off and has not come back. */
function SocketCount({ client: { sockets, mostSockets, transport } }: { client: FleetClient }): JSX.Element {
  const { t } = useText();
  return (
    <>
      {t("fleet.sockets.of", { count: sockets, most: mostSockets })}
      {sockets < mostSockets && (
        <span class="state-mark warn">
          <Icon name="warn" />
          {t("fleet.sockets.lost")}
        </span>
      )}
      <span class="sub">{transport}</span>
    </>
  );
}
