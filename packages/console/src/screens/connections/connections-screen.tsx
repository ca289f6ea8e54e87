import type { ComponentChildren, JSX } from "preact";
import { useMay } from "../../api/services.ts";
import type { Connection } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { ConnectionMark } from "../../parts/connection-mark.tsx";
import { Empty } from "../../parts/empty.tsx";
import { List } from "../../parts/list.tsx";
import { RegistryBadge, registryName } from "../../parts/registry-name.tsx";
import { Screen } from "../../parts/screen.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { TypeFacet, useTypeQuery } from "../../parts/type-facet.tsx";
import { type TextTools, useText } from "../../text/language.ts";
import { LastCheck } from "./check-card.tsx";

export function ConnectionsScreen(): JSX.Element {
  const { t } = useText();
  const mayAdd = useMay("admin");
  const types = useTypeQuery();
  const pages = usePages<Connection>(`/connections?${types}`, ["connection"]);
  const add = mayAdd && (
    <a class="button primary" href="/connections/new">
      {t("connections.add")}
    </a>
  );
  return (
    <Screen title={t("connections.title")} lead={t("connections.lead")} actions={add}>
      <div class="toolbar">
        <TypeFacet />
      </div>
      <List source={pages} empty={<NoConnections isFiltered={types !== ""} add={add} />}>
        {(connections) => <ConnectionTable connections={connections} />}
      </List>
    </Screen>
  );
}

function NoConnections({ isFiltered, add }: { isFiltered: boolean; add: ComponentChildren }): JSX.Element {
  const { t } = useText();
  if (isFiltered) return <Empty title={t("connections.noMatch")} />;
  return (
    <Empty title={t("connections.empty")}>
      <p class="soft">{t("connections.empty.hint")}</p>
      {add}
    </Empty>
  );
}

function ConnectionTable({ connections }: { connections: readonly Connection[] }): JSX.Element {
  const text = useText();
  return (
    <Table
      caption={text.t("connections.title")}
      columns={connectionColumns(text)}
      rows={connections}
      keyOf={({ id }) => id}
    />
  );
}

function connectionColumns({ t, number }: TextTools): Column<Connection>[] {
  return [
    { head: t("connections.name"), kind: "title", cell: (connection) => <Name connection={connection} /> },
    { head: t("connections.state"), cell: ({ state }) => <ConnectionMark state={state} /> },
    { head: t("connections.clients"), kind: "number", cell: ({ clients }) => number(clients) },
    {
      head: t("connections.images"),
      kind: "number",
      cell: ({ id, projects }) => (
        <a href={`/images?${new URLSearchParams({ connectionId: id })}`}>{number(projects)}</a>
      ),
    },
    { head: t("connections.check"), cell: ({ lastCheck }) => <LastCheck check={lastCheck} /> },
    {
      head: t("connections.next"),
      kind: "tight",
      cell: ({ nextRunAt }) => (nextRunAt ? <Time at={nextRunAt} age /> : "–"),
    },
  ];
}

function Name({ connection: { id, name, type, options } }: { connection: Connection }): JSX.Element {
  return (
    <span class="with-badge">
      <RegistryBadge type={type} />
      <span>
        <a class="row-link" href={`/connections/${id}`}>
          {name}
        </a>
        <span class="sub">
          {registryName(type)}
          {options.registryBase && ` · ${options.registryBase}`}
        </span>
      </span>
    </span>
  );
}
