import type { JSX } from "preact";
import { useMay, useServices } from "../../api/services.ts";
import type { AllowEntry } from "../../api/types/index.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Time } from "../../parts/time.tsx";
import { useText } from "../../text/language.ts";

interface AllowTableProps {
  readonly entries: readonly AllowEntry[];
  onRemoved(): void;
}

export function AllowTable({ entries, onRemoved }: AllowTableProps): JSX.Element {
  const { t } = useText();
  if (entries.length === 0) return <Empty title={t("allow.none")} />;
  return (
    <div class="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">{t("finding.advisory")}</th>
            <th scope="col">{t("finding.package")}</th>
            <th scope="col">{t("allow.reason")}</th>
            <th scope="col">{t("allow.by")}</th>
            <th scope="col">{t("allow.expires")}</th>
            <th scope="col">
              <span class="visually-hidden">{t("common.actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Row key={entry.id} entry={entry} onRemoved={onRemoved} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ entry, onRemoved }: { entry: AllowEntry; onRemoved(): void }): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const mayManage = useMay("admin");
  const remove = async (): Promise<void> => {
    await api.remove(`/allow-list/${entry.id}`);
    onRemoved();
  };
  return (
    <tr>
      <td>
        <strong>{entry.advisory}</strong> {entry.isExpired && <span class="tag-mark">{t("allow.expired")}</span>}
      </td>
      <td data-label={t("finding.package")}>{entry.package ?? <span class="soft">{t("common.all")}</span>}</td>
      <td data-label={t("allow.reason")}>{entry.reason || "–"}</td>
      <td data-label={t("allow.by")}>
        {entry.createdBy}
        <span class="sub">
          <Time at={entry.createdAt} age />
        </span>
      </td>
      <td data-label={t("allow.expires")}>
        <Time at={entry.expiresAt} />
      </td>
      <td class="tight">
        {mayManage && (
          <Confirm
            isQuiet
            label={t("common.remove")}
            title={t("allow.remove.ask", { name: entry.advisory })}
            hint={t("allow.remove.hint")}
            work={remove}
          />
        )}
      </td>
    </tr>
  );
}
