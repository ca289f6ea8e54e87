import type { JSX } from "preact";
import { useMay } from "../../api/services.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Downloads } from "../../parts/downloads.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { type TextTools, useText } from "../../text/language.ts";
import { ConnectionFilter } from "../images/connection-filter.tsx";

interface ListReport {
  readonly name: "images" | "findings" | "traffic" | "audit";
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** What is exported as rows, of one connection or of all. */
export function ListReports(): JSX.Element {
  const text = useText();
  const { t } = text;
  const { query } = useNavigation();
  const seesAudit = useMay("admin");
  const connectionId = query.get("connectionId");
  const chosen: ListReport["query"] = connectionId ? { connectionId } : {};
  const reports: ListReport[] = [
    { name: "images", path: "/projects/export", query: chosen },
    { name: "findings", path: "/findings/export", query: chosen },
    { name: "traffic", path: "/traffic/export", query: chosen },
    ...(seesAudit ? [{ name: "audit" as const, path: "/audit/export", query: {} }] : []),
  ];
  return (
    <section class="stack tight-stack" aria-labelledby="lists-title">
      <div class="tab-actions flush">
        <h2 id="lists-title">{t("reports.lists")}</h2>
        <ConnectionFilter />
      </div>
      <Table caption={t("reports.lists")} columns={reportColumns(text)} rows={reports} keyOf={({ name }) => name} />
    </section>
  );
}

function reportColumns({ t }: TextTools): Column<ListReport>[] {
  return [
    { head: t("reports.list"), kind: "title", cell: ({ name }) => <strong>{t(`reports.${name}`)}</strong> },
    { head: t("reports.holds"), cell: ({ name }) => <span class="soft">{t(`reports.${name}.hint`)}</span> },
    {
      head: t("reports.files"),
      kind: "actions",
      cell: ({ name, path, query }) => (
        <span class="row-actions">
          <Downloads path={path} query={query} formats={["csv", "json"]} of={t(`reports.${name}`)} class="small" />
        </span>
      ),
    },
  ];
}
