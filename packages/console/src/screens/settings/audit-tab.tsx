import type { JSX } from "preact";
import type { AuditEntry } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Empty, Loading } from "../../parts/empty.tsx";
import { MoreButton } from "../../parts/more-button.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { SearchBox } from "../../parts/search-box.tsx";
import { Time } from "../../parts/time.tsx";
import { useText } from "../../text/language.ts";

export function AuditTab(): JSX.Element {
  const { t } = useText();
  const { query, refine } = useNavigation();
  const chosen = Object.fromEntries(
    ["actor", "action"].flatMap((key) => (query.get(key) ? [[key, query.get(key) ?? ""]] : [])),
  );
  const pages = usePages<AuditEntry>(`/audit?${new URLSearchParams(chosen)}`);
  return (
    <>
      <div class="toolbar">
        <SearchBox label={t("audit.actor")} value={query.get("actor") ?? ""} onSearch={(actor) => refine({ actor })} />
        <SearchBox
          label={t("audit.action")}
          value={query.get("action") ?? ""}
          onSearch={(action) => refine({ action })}
        />
      </div>
      <ProblemNote problem={pages.problem} retry={pages.reload} />
      {!pages.items && !pages.problem && <Loading />}
      {pages.items?.length === 0 && <Empty title={t("audit.none")} />}
      {pages.items && pages.items.length > 0 && <AuditTable entries={pages.items} />}
      <MoreButton pages={pages} />
    </>
  );
}

function AuditTable({ entries }: { entries: readonly AuditEntry[] }): JSX.Element {
  const { t } = useText();
  return (
    <div class="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">{t("audit.at")}</th>
            <th scope="col">{t("audit.actor")}</th>
            <th scope="col">{t("audit.action")}</th>
            <th scope="col">{t("audit.target")}</th>
            <th scope="col">{t("audit.address")}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id}>
              <td data-label={t("audit.at")} class="tight">
                <Time at={entry.at} />
              </td>
              <td data-label={t("audit.actor")} class="tight">
                {entry.actor}
              </td>
              <td data-label={t("audit.action")} class="tight">
                <code>{entry.action}</code>
              </td>
              <td data-label={t("audit.target")}>
                <code class="small-text">{entry.target || "–"}</code>
                {Object.keys(entry.detail).length > 0 && <span class="sub">{JSON.stringify(entry.detail)}</span>}
              </td>
              <td data-label={t("audit.address")} class="tight">
                {entry.address}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
