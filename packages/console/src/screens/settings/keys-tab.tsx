import type { JSX } from "preact";
import { useServices } from "../../api/services.ts";
import type { ApiKey } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { DialogButton } from "../../parts/dialog-button.tsx";
import { Empty } from "../../parts/empty.tsx";
import { List } from "../../parts/list.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { type TextTools, useText } from "../../text/language.ts";
import { KeyForm } from "./key-form.tsx";

export function KeysTab(): JSX.Element {
  const text = useText();
  const { t } = text;
  const pages = usePages<ApiKey>("/keys");
  const actions: Column<ApiKey> = {
    head: t("common.actions"),
    kind: "actions",
    cell: (key) => <RevokeButton apiKey={key} onRevoked={pages.reload} />,
  };
  return (
    <>
      <div class="tab-actions">
        <p class="soft">{t("keys.lead")}</p>
        <DialogButton class="primary" label={t("keys.add")} title={t("keys.add")}>
          {(close) => <KeyForm onCreated={pages.reload} onClose={close} />}
        </DialogButton>
      </div>
      <List source={pages} empty={<Empty title={t("keys.none")} />}>
        {(keys) => (
          <Table
            caption={t("settings.tab.keys")}
            columns={[...keyColumns(text), actions]}
            rows={keys}
            keyOf={({ id }) => id}
          />
        )}
      </List>
    </>
  );
}

function keyColumns({ t }: TextTools): Column<ApiKey>[] {
  return [
    {
      head: t("keys.name"),
      kind: "title",
      cell: ({ name, hint, createdBy, createdAt }) => (
        <>
          <strong>{name}</strong>
          <span class="sub">
            <code>{hint}…</code> · {createdBy} · <Time at={createdAt} age />
          </span>
        </>
      ),
    },
    { head: t("people.role"), cell: ({ role }) => t(`role.${role}`) },
    { head: t("keys.scopes"), cell: ({ scopes }) => scopes.map((scope) => t(`keys.scope.${scope}`)).join(", ") },
    {
      head: t("people.connections"),
      cell: ({ connections }) =>
        connections === null
          ? t("people.connections.all")
          : t("people.connections.count", { count: connections.length }),
    },
    { head: t("keys.expires"), kind: "tight", cell: ({ expiresAt }) => <Time at={expiresAt} /> },
    { head: t("keys.used"), kind: "tight", cell: ({ lastUsedAt }) => <Time at={lastUsedAt} age /> },
  ];
}

function RevokeButton({ apiKey, onRevoked }: { apiKey: ApiKey; onRevoked(): void }): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const revoke = async (): Promise<void> => {
    await api.remove(`/keys/${apiKey.id}`);
    onRevoked();
  };
  return (
    <Confirm
      isQuiet
      label={t("connection.revoke")}
      title={t("keys.revoke.ask", { name: apiKey.name })}
      hint={t("keys.revoke.hint")}
      work={revoke}
    />
  );
}
