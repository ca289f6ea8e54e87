import type { JSX } from "preact";
import type { ConnectionWithClients, LiveClient } from "../../api/types/index.ts";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { type TextTools, useText } from "../../text/language.ts";

export function ClientsCard({ connection }: { connection: ConnectionWithClients }): JSX.Element {
  const text = useText();
  const { t } = text;
  const { liveClients } = connection;
  return (
    <section class="card" aria-labelledby="clients-title">
      <h2 id="clients-title">{t("connection.liveClients")}</h2>
      {liveClients.length === 0 ? (
        <p class="soft">
          {t("connection.noClients")} {t("connection.lastSeen")}: <Time at={connection.lastConnectedAt} />
        </p>
      ) : (
        <Table
          caption={t("connection.liveClients")}
          columns={clientColumns(text)}
          rows={liveClients}
          keyOf={({ clientId, connectedAt }) => `${clientId} ${connectedAt}`}
        />
      )}
    </section>
  );
}

function clientColumns({ t, number }: TextTools): Column<LiveClient>[] {
  return [
    {
      head: t("connection.client"),
      kind: "title",
      cell: ({ clientId, isTidewaiter }) => (
        <>
          <code>{clientId}</code> {!isTidewaiter && <span class="tag-mark">{t("connection.vendor")}</span>}
        </>
      ),
    },
    { head: t("connection.version"), cell: ({ version }) => version },
    { head: t("connection.address"), cell: ({ address }) => address },
    { head: t("connection.transport"), cell: ({ transport }) => transport },
    { head: t("connection.since"), kind: "tight", cell: ({ connectedAt }) => <Time at={connectedAt} age /> },
    { head: t("connection.inFlight"), kind: "number", cell: ({ inFlight }) => number(inFlight) },
  ];
}
