import type { JSX } from "preact";
import type { RepositoryGroup } from "../../api/types/index.ts";
import { RegistryBadge } from "../../parts/registry-name.tsx";
import { SeverityMark } from "../../parts/severity.tsx";
import { useText } from "../../text/language.ts";

export function RepositoryTable({ groups }: { groups: readonly RepositoryGroup[] }): JSX.Element {
  const { t } = useText();
  return (
    <div class="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">{t("images.repository")}</th>
            <th scope="col">{t("images.title")}</th>
            <th scope="col">{t("images.filter.severity")}</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <GroupRow key={`${group.connectionId} ${group.repository}`} group={group} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function GroupRow({ group }: { group: RepositoryGroup }): JSX.Element {
  const { t } = useText();
  const { connectionId, repository } = group;
  return (
    <tr>
      <td>
        <span class="with-badge">
          <RegistryBadge type={group.registryType} />
          <span>
            <a class="row-link" href={`/images?${new URLSearchParams({ connectionId, repository })}`}>
              {repository}
            </a>
            <span class="sub">{group.connectionName}</span>
          </span>
        </span>
      </td>
      <td data-label={t("images.title")}>{t("images.ofRepository", { count: group.projects })}</td>
      <td data-label={t("images.filter.severity")}>
        {group.worst ? <SeverityMark severity={group.worst} /> : <span class="no-data">{t("common.noData")}</span>}
      </td>
    </tr>
  );
}
