import type { JSX } from "preact";
import type { RepositoryGroup } from "../../api/types/index.ts";
import { RegistryBadge } from "../../parts/registry-name.tsx";
import { SeverityMark } from "../../parts/severity.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { type TextTools, useText } from "../../text/language.ts";

export function RepositoryTable({ groups }: { groups: readonly RepositoryGroup[] }): JSX.Element {
  const text = useText();
  return (
    <Table
      caption={text.t("pick.repositories")}
      columns={groupColumns(text)}
      rows={groups}
      keyOf={({ connectionId, repository }) => `${connectionId} ${repository}`}
    />
  );
}

function groupColumns({ t }: TextTools): Column<RepositoryGroup>[] {
  return [
    { head: t("images.repository"), kind: "title", cell: (group) => <Name group={group} /> },
    { head: t("images.title"), cell: ({ projects }) => t("images.ofRepository", { count: projects }) },
    {
      head: t("images.filter.severity"),
      cell: ({ worst }) =>
        worst ? <SeverityMark severity={worst} /> : <span class="no-data">{t("common.noData")}</span>,
    },
  ];
}

function Name({ group }: { group: RepositoryGroup }): JSX.Element {
  const { connectionId, repository, connectionName, registryType } = group;
  return (
    <span class="with-badge">
      <RegistryBadge type={registryType} />
      <span>
        <a class="row-link" href={`/images?${new URLSearchParams({ connectionId, repository })}`}>
          {repository}
        </a>
        <span class="sub">{connectionName}</span>
      </span>
    </span>
  );
}
