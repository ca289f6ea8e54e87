import type { JSX } from "preact";
import { useMay, useServices } from "../../api/services.ts";
import type { AllowEntry } from "../../api/types/index.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { Empty } from "../../parts/empty.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { type TextTools, useText } from "../../text/language.ts";

interface AllowTableProps {
  readonly entries: readonly AllowEntry[];
  onRemoved(): void;
}

export function AllowTable({ entries, onRemoved }: AllowTableProps): JSX.Element {
  const text = useText();
  const mayManage = useMay("admin");
  if (entries.length === 0) return <Empty title={text.t("allow.none")} />;
  const actions: Column<AllowEntry> = {
    head: text.t("common.actions"),
    kind: "actions",
    cell: (entry) => <RemoveButton entry={entry} onRemoved={onRemoved} />,
  };
  const columns = mayManage ? [...entryColumns(text), actions] : entryColumns(text);
  return <Table caption={text.t("allow.title")} columns={columns} rows={entries} keyOf={({ id }) => id} />;
}

function entryColumns({ t }: TextTools): Column<AllowEntry>[] {
  return [
    {
      head: t("finding.advisory"),
      kind: "title",
      cell: ({ advisory, isExpired }) => (
        <>
          <strong>{advisory}</strong> {isExpired && <span class="tag-mark">{t("allow.expired")}</span>}
        </>
      ),
    },
    { head: t("finding.package"), cell: (entry) => entry.package ?? <span class="soft">{t("common.all")}</span> },
    { head: t("allow.reason"), kind: "wide", cell: (entry) => entry.reason || "–" },
    {
      head: t("allow.by"),
      kind: "tight",
      cell: ({ createdBy, createdAt }) => (
        <>
          {createdBy}
          <span class="sub">
            <Time at={createdAt} age />
          </span>
        </>
      ),
    },
    { head: t("allow.expires"), kind: "tight", cell: (entry) => <Time at={entry.expiresAt} /> },
  ];
}

function RemoveButton({ entry, onRemoved }: { entry: AllowEntry; onRemoved(): void }): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const remove = async (): Promise<void> => {
    await api.remove(`/allow-list/${entry.id}`);
    onRemoved();
  };
  return (
    <Confirm
      isQuiet
      label={t("common.remove")}
      title={t("allow.remove.ask", { name: entry.advisory })}
      hint={t("allow.remove.hint")}
      work={remove}
    />
  );
}
