import type { JSX } from "preact";
import { apiUrl } from "../../api/client.ts";
import type { Connection, Import, Page } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { useResource } from "../../api/use-resource.ts";
import { Downloads } from "../../parts/downloads.tsx";
import { List } from "../../parts/list.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { type TextTools, useText } from "../../text/language.ts";
import { startedColumn } from "../imports/started-column.tsx";

const SHOWN = 5;

/** The log of each import, and the findings of all its images as one SARIF document. */
export function ImportReports(): JSX.Element {
  const text = useText();
  const { t } = text;
  const imports = usePages<Import>(`/imports?limit=${SHOWN}`, ["import"]);
  const connections = useResource<Page<Connection>>("/connections?limit=500");
  const nameOf = (id: string): string => connections.data?.items.find((one) => one.id === id)?.name ?? "–";
  return (
    <section class="stack tight-stack" aria-labelledby="imports-title">
      <div>
        <h2 id="imports-title">{t("reports.imports")}</h2>
        <p class="soft">{t("reports.imports.hint")}</p>
      </div>
      <List source={imports} empty={<p class="soft">{t("imports.none")}</p>}>
        {(rows) => (
          <Table
            caption={t("reports.imports")}
            columns={importColumns(text, nameOf)}
            rows={rows}
            keyOf={({ id }) => id}
          />
        )}
      </List>
    </section>
  );
}

function importColumns(text: TextTools, nameOf: (id: string) => string): Column<Import>[] {
  const { t, number } = text;
  return [
    startedColumn(text),
    { head: t("images.connection"), cell: ({ connectionId }) => nameOf(connectionId) },
    { head: t("reports.images"), kind: "number", cell: ({ total }) => number(total) },
    {
      head: t("reports.files"),
      kind: "actions",
      cell: (one) => <ImportFiles of={text.time(one.createdAt)} id={one.id} />,
    },
  ];
}

function ImportFiles({ id, of }: { id: string; of: string }): JSX.Element {
  return (
    <span class="row-actions">
      <Downloads path={`/imports/${id}/log/export`} formats={["csv", "json"]} of={of} class="small" />
      <a class="button small" download href={apiUrl(`/imports/${id}/findings/export`)}>
        SARIF <span class="visually-hidden">{of}</span>
      </a>
    </span>
  );
}
