import type { JSX } from "preact";
import { useServices } from "../../api/services.ts";
import type { ApiKey } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { Empty, Loading } from "../../parts/empty.tsx";
import { MoreButton } from "../../parts/more-button.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Time } from "../../parts/time.tsx";
import { useText } from "../../text/language.ts";
import { KeyForm } from "./key-form.tsx";

export function KeysTab(): JSX.Element {
  const { t } = useText();
  const pages = usePages<ApiKey>("/keys");
  return (
    <div class="stack">
      <KeyForm onCreated={pages.reload} />
      <ProblemNote problem={pages.problem} retry={pages.reload} />
      {!pages.items && !pages.problem && <Loading />}
      {pages.items?.length === 0 && <Empty title={t("keys.none")} />}
      {pages.items && pages.items.length > 0 && (
        <div class="table-frame">
          <table>
            <thead>
              <tr>
                <th scope="col">{t("keys.name")}</th>
                <th scope="col">{t("people.role")}</th>
                <th scope="col">{t("keys.scopes")}</th>
                <th scope="col">{t("keys.expires")}</th>
                <th scope="col">{t("keys.used")}</th>
                <th scope="col">
                  <span class="visually-hidden">{t("common.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {pages.items.map((key) => (
                <Row key={key.id} apiKey={key} onRevoked={pages.reload} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <MoreButton pages={pages} />
    </div>
  );
}

function Row({ apiKey, onRevoked }: { apiKey: ApiKey; onRevoked(): void }): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const revoke = async (): Promise<void> => {
    await api.remove(`/keys/${apiKey.id}`);
    onRevoked();
  };
  return (
    <tr>
      <td>
        <strong>{apiKey.name}</strong>
        <span class="sub">
          <code>{apiKey.hint}…</code> · {apiKey.createdBy} · <Time at={apiKey.createdAt} age />
        </span>
      </td>
      <td data-label={t("people.role")}>{t(`role.${apiKey.role}`)}</td>
      <td data-label={t("keys.scopes")}>{apiKey.scopes.map((scope) => t(`keys.scope.${scope}`)).join(", ")}</td>
      <td data-label={t("keys.expires")}>
        <Time at={apiKey.expiresAt} />
      </td>
      <td data-label={t("keys.used")}>
        <Time at={apiKey.lastUsedAt} age />
      </td>
      <td class="tight">
        <Confirm
          isQuiet
          label={t("connection.revoke")}
          title={t("keys.revoke.ask", { name: apiKey.name })}
          hint={t("keys.revoke.hint")}
          work={revoke}
        />
      </td>
    </tr>
  );
}
