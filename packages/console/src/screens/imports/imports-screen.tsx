import type { JSX } from "preact";
import type { Connection, Import, Page } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { useResource } from "../../api/use-resource.ts";
import { Empty, Loading } from "../../parts/empty.tsx";
import { MoreButton } from "../../parts/more-button.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Screen } from "../../parts/screen.tsx";
import { Time } from "../../parts/time.tsx";
import { useText } from "../../text/language.ts";
import { ImportBar } from "./import-bar.tsx";

export function ImportsScreen(): JSX.Element {
  const { t } = useText();
  const pages = usePages<Import>("/imports", ["import"]);
  const connections = useResource<Page<Connection>>("/connections?limit=500");
  const nameOf = (id: string): string => connections.data?.items.find((one) => one.id === id)?.name ?? id;
  return (
    <Screen title={t("imports.title")} lead={t("imports.lead")}>
      <ProblemNote problem={pages.problem} retry={pages.reload} />
      {!pages.items && !pages.problem && <Loading />}
      {pages.items?.length === 0 && (
        <Empty title={t("imports.none")}>
          <p class="soft">{t("images.empty.hint")}</p>
          <a class="button primary" href="/connections">
            {t("nav.connections")}
          </a>
        </Empty>
      )}
      {pages.items && pages.items.length > 0 && <ImportTable imports={pages.items} nameOf={nameOf} />}
      <MoreButton pages={pages} />
    </Screen>
  );
}

interface ImportTableProps {
  readonly imports: readonly Import[];
  nameOf(connectionId: string): string;
}

function ImportTable({ imports, nameOf }: ImportTableProps): JSX.Element {
  const { t } = useText();
  return (
    <div class="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">{t("imports.started")}</th>
            <th scope="col">{t("images.connection")}</th>
            <th scope="col">{t("imports.by")}</th>
            <th scope="col">{t("imports.progress")}</th>
          </tr>
        </thead>
        <tbody>
          {imports.map((one) => (
            <tr key={one.id}>
              <td>
                <a class="row-link" href={`/imports/${one.id}`}>
                  <Time at={one.createdAt} />
                </a>
              </td>
              <td data-label={t("images.connection")}>{nameOf(one.connectionId)}</td>
              <td data-label={t("imports.by")}>{one.createdBy}</td>
              <td data-label={t("imports.progress")}>
                <ImportBar import={one} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
