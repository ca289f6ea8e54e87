import type { JSX } from "preact";
import type { Connection, Import, Page } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { useResource } from "../../api/use-resource.ts";
import { Empty } from "../../parts/empty.tsx";
import { List } from "../../parts/list.tsx";
import { Screen } from "../../parts/screen.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { TypeFacet, useTypeQuery } from "../../parts/type-facet.tsx";
import { useText } from "../../text/language.ts";
import { ImportBar } from "./import-bar.tsx";
import { startedColumn } from "./started-column.tsx";

export function ImportsScreen(): JSX.Element {
  const { t } = useText();
  const types = useTypeQuery();
  const pages = usePages<Import>(`/imports?${types}`, ["import"]);
  const connections = useResource<Page<Connection>>("/connections?limit=500");
  const nameOf = (id: string): string => connections.data?.items.find((one) => one.id === id)?.name ?? id;
  return (
    <Screen title={t("imports.title")} lead={t("imports.lead")}>
      <div class="toolbar">
        <TypeFacet />
      </div>
      <List source={pages} empty={types ? <Empty title={t("imports.noMatch")} /> : <NoImports />}>
        {(imports) => <ImportTable imports={imports} nameOf={nameOf} />}
      </List>
    </Screen>
  );
}

interface ImportTableProps {
  readonly imports: readonly Import[];
  nameOf(connectionId: string): string;
}

function ImportTable({ imports, nameOf }: ImportTableProps): JSX.Element {
  const text = useText();
  const { t } = text;
  const columns: Column<Import>[] = [
    startedColumn(text),
    { head: t("images.connection"), cell: ({ connectionId }) => nameOf(connectionId) },
    { head: t("imports.by"), cell: ({ createdBy }) => createdBy },
    { head: t("imports.progress"), kind: "wide", cell: (one) => <ImportBar import={one} /> },
  ];
  return <Table caption={t("imports.title")} columns={columns} rows={imports} keyOf={({ id }) => id} />;
}

function NoImports(): JSX.Element {
  const { t } = useText();
  return (
    <Empty title={t("imports.none")}>
      <p class="soft">{t("images.empty.hint")}</p>
      <a class="button primary" href="/connections">
        {t("nav.connections")}
      </a>
    </Empty>
  );
}
