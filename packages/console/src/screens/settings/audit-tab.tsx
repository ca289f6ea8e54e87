import type { JSX } from "preact";
import { apiUrl } from "../../api/client.ts";
import type { AuditEntry } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Empty } from "../../parts/empty.tsx";
import { List } from "../../parts/list.tsx";
import { SearchBox } from "../../parts/search-box.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { type TextTools, useText } from "../../text/language.ts";

export function AuditTab(): JSX.Element {
  const text = useText();
  const { t } = text;
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
        <div class="push actions">
          <a class="button" download href={apiUrl("/audit/export", { ...chosen, format: "csv" })}>
            CSV
          </a>
          <a class="button" download href={apiUrl("/audit/export", { ...chosen, format: "json" })}>
            JSON
          </a>
        </div>
      </div>
      <List source={pages} empty={<Empty title={text.t("audit.none")} />}>
        {(entries) => (
          <Table
            caption={text.t("settings.tab.audit")}
            columns={auditColumns(text)}
            rows={entries}
            keyOf={({ id }) => id}
          />
        )}
      </List>
    </>
  );
}

function auditColumns({ t }: TextTools): Column<AuditEntry>[] {
  return [
    { head: t("audit.at"), kind: "tight", cell: ({ at }) => <Time at={at} /> },
    { head: t("audit.actor"), kind: "tight", cell: ({ actor }) => actor },
    { head: t("audit.action"), kind: "tight", cell: ({ action }) => <code>{action}</code> },
    { head: t("audit.target"), cell: (entry) => <Target entry={entry} /> },
    { head: t("audit.address"), kind: "tight", cell: ({ address }) => address },
  ];
}

/** What it was done to, and its particulars in the server's own words. */
function Target({ entry: { target, detail } }: { entry: AuditEntry }): JSX.Element {
  const particulars = Object.entries(detail);
  return (
    <>
      {(target || particulars.length === 0) && <code class="path">{target || "–"}</code>}
      {particulars.map(([name, value]) => (
        <span key={name} class="sub">
          {name}: {typeof value === "string" ? value : JSON.stringify(value)}
        </span>
      ))}
    </>
  );
}
