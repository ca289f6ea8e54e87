import type { JSX } from "preact";
import type { ConnectionWithClients, LiveClient } from "../../api/types/index.ts";
import { Time } from "../../parts/time.tsx";
import { useText } from "../../text/language.ts";

export function ClientsCard({ connection }: { connection: ConnectionWithClients }): JSX.Element {
  const { t } = useText();
  const { liveClients } = connection;
  return (
    <section class="card" aria-labelledby="clients-title">
      <h2 id="clients-title">{t("connection.liveClients")}</h2>
      {liveClients.length === 0 ? (
        <p class="soft">
          {t("connection.noClients")} {t("connection.lastSeen")}: <Time at={connection.lastConnectedAt} />
        </p>
      ) : (
        <div class="table-frame">
          <table>
            <thead>
              <tr>
                <th scope="col">{t("connection.client")}</th>
                <th scope="col">{t("connection.version")}</th>
                <th scope="col">{t("connection.address")}</th>
                <th scope="col">{t("connection.transport")}</th>
                <th scope="col">{t("connection.since")}</th>
                <th scope="col" class="number">
                  {t("connection.inFlight")}
                </th>
              </tr>
            </thead>
            <tbody>
              {liveClients.map((client) => (
                <Row key={`${client.clientId} ${client.connectedAt}`} client={client} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Row({ client }: { client: LiveClient }): JSX.Element {
  const { t, number } = useText();
  return (
    <tr>
      <td data-label={t("connection.client")}>
        <code>{client.clientId}</code> {!client.isTidewaiter && <span class="tag-mark">{t("connection.vendor")}</span>}
      </td>
      <td data-label={t("connection.version")}>{client.version}</td>
      <td data-label={t("connection.address")}>{client.address}</td>
      <td data-label={t("connection.transport")}>{client.transport}</td>
      <td data-label={t("connection.since")} class="tight">
        <Time at={client.connectedAt} age />
      </td>
      <td data-label={t("connection.inFlight")} class="number">
        {number(client.inFlight)}
      </td>
    </tr>
  );
}
