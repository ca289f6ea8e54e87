import type { JSX } from "preact";
import { useMay } from "../../api/services.ts";
import { type Connection, REGISTRY_TYPES } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { ConnectionMark } from "../../parts/connection-mark.tsx";
import { Empty, Loading } from "../../parts/empty.tsx";
import { Facet } from "../../parts/facet.tsx";
import { MoreButton } from "../../parts/more-button.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { RegistryBadge, registryName } from "../../parts/registry-name.tsx";
import { Screen } from "../../parts/screen.tsx";
import { Time } from "../../parts/time.tsx";
import { useText } from "../../text/language.ts";
import { LastCheck } from "./check-card.tsx";

export function ConnectionsScreen(): JSX.Element {
  const { t } = useText();
  const { query } = useNavigation();
  const mayAdd = useMay("admin");
  const type = query.get("type");
  const pages = usePages<Connection>(`/connections${type ? `?${new URLSearchParams({ type })}` : ""}`, ["connection"]);
  const add = mayAdd && (
    <a class="button primary" href="/connections/new">
      {t("connections.add")}
    </a>
  );
  return (
    <Screen title={t("connections.title")} lead={t("connections.lead")} actions={add}>
      <div class="toolbar">
        <Facet
          name="type"
          label={t("connections.type")}
          options={REGISTRY_TYPES.map((one) => [one, registryName(one)])}
        />
      </div>
      <ProblemNote problem={pages.problem} retry={pages.reload} />
      {!pages.items && !pages.problem && <Loading />}
      {pages.items?.length === 0 && (
        <Empty title={t("connections.empty")}>
          <p class="soft">{t("connections.empty.hint")}</p>
          {add}
        </Empty>
      )}
      {pages.items && pages.items.length > 0 && <ConnectionTable connections={pages.items} />}
      <MoreButton pages={pages} />
    </Screen>
  );
}

function ConnectionTable({ connections }: { connections: readonly Connection[] }): JSX.Element {
  const { t } = useText();
  return (
    <div class="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">{t("connections.name")}</th>
            <th scope="col">{t("connections.state")}</th>
            <th scope="col" class="number">
              {t("connections.clients")}
            </th>
            <th scope="col" class="number">
              {t("connections.images")}
            </th>
            <th scope="col">{t("connections.check")}</th>
            <th scope="col">{t("connections.next")}</th>
          </tr>
        </thead>
        <tbody>
          {connections.map((connection) => (
            <Row key={connection.id} connection={connection} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ connection }: { connection: Connection }): JSX.Element {
  const { t, number } = useText();
  return (
    <tr>
      <td>
        <span class="with-badge">
          <RegistryBadge type={connection.type} />
          <span>
            <a class="row-link" href={`/connections/${connection.id}`}>
              {connection.name}
            </a>
            <span class="sub">
              {registryName(connection.type)}
              {connection.options.registryBase && ` · ${connection.options.registryBase}`}
            </span>
          </span>
        </span>
      </td>
      <td data-label={t("connections.state")}>
        <ConnectionMark state={connection.state} />
      </td>
      <td data-label={t("connections.clients")} class="number">
        {number(connection.clients)}
      </td>
      <td data-label={t("connections.images")} class="number">
        <a href={`/images?${new URLSearchParams({ connectionId: connection.id })}`}>{number(connection.projects)}</a>
      </td>
      <td data-label={t("connections.check")}>
        <LastCheck check={connection.lastCheck} />
      </td>
      <td data-label={t("connections.next")} class="tight">
        {connection.nextRunAt ? <Time at={connection.nextRunAt} age /> : "–"}
      </td>
    </tr>
  );
}
