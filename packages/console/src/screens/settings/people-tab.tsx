import type { JSX } from "preact";
import { useServices } from "../../api/services.ts";
import { ROLES, type Role, type User } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { usePages } from "../../api/use-pages.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { Loading } from "../../parts/empty.tsx";
import { MoreButton } from "../../parts/more-button.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Time } from "../../parts/time.tsx";
import { useText } from "../../text/language.ts";
import { InviteForm } from "./invite-form.tsx";

export function PeopleTab(): JSX.Element {
  const { t } = useText();
  const pages = usePages<User>("/users");
  return (
    <div class="stack">
      <InviteForm />
      <ProblemNote problem={pages.problem} retry={pages.reload} />
      {!pages.items && !pages.problem && <Loading />}
      {pages.items && (
        <div class="table-frame">
          <table>
            <thead>
              <tr>
                <th scope="col">{t("people.name")}</th>
                <th scope="col">{t("people.role")}</th>
                <th scope="col">{t("people.signIn")}</th>
                <th scope="col">{t("people.connections")}</th>
                <th scope="col">{t("people.lastSeen")}</th>
                <th scope="col">
                  <span class="visually-hidden">{t("common.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {pages.items.map((user) => (
                <Row key={user.id} user={user} onChange={pages.reload} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <MoreButton pages={pages} />
    </div>
  );
}

function Row({ user, onChange }: { user: User; onChange(): void }): JSX.Element {
  const { t } = useText();
  const { api, me } = useServices();
  const path = `/users/${user.id}`;
  const change = useAction(async (body: { role?: Role; isDisabled?: boolean }) => {
    await api.patch(path, body);
    onChange();
  });
  const remove = async (): Promise<void> => {
    await api.remove(path);
    onChange();
  };
  const isMe = user.id === me.id;
  return (
    <tr>
      <td>
        <strong>{user.name}</strong> {user.isDisabled && <span class="tag-mark">{t("people.disabled")}</span>}
        <ProblemNote problem={change.problem} />
      </td>
      <td data-label={t("people.role")}>
        <select
          aria-label={`${t("people.role")}: ${user.name}`}
          value={user.role}
          disabled={isMe || change.isRunning}
          onChange={(event) => void change.run({ role: ROLES.find((role) => role === event.currentTarget.value) })}
        >
          {ROLES.map((role) => (
            <option key={role} value={role}>
              {t(`role.${role}`)}
            </option>
          ))}
        </select>
      </td>
      <td data-label={t("people.signIn")}>{t(`people.signIn.${user.signIn}`)}</td>
      <td data-label={t("people.connections")}>
        {user.connections === null ? t("people.connections.all") : user.connections.length}
      </td>
      <td data-label={t("people.lastSeen")}>
        <Time at={user.lastSeenAt} age />
      </td>
      <td class="tight">
        {!isMe && (
          <div class="row-actions">
            <button
              type="button"
              class="button small"
              disabled={change.isRunning}
              onClick={() => change.run({ isDisabled: !user.isDisabled })}
            >
              {t(user.isDisabled ? "people.enable" : "people.disable")}
            </button>
            <Confirm
              isQuiet
              label={t("common.remove")}
              title={t("people.remove.ask", { name: user.name })}
              hint={t("people.remove.hint")}
              work={remove}
            />
          </div>
        )}
      </td>
    </tr>
  );
}
