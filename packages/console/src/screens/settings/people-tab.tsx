import type { JSX } from "preact";
import { useServices } from "../../api/services.ts";
import { ROLES, type Role, type User } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { usePages } from "../../api/use-pages.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { DialogButton } from "../../parts/dialog-button.tsx";
import { List } from "../../parts/list.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { type TextTools, useText } from "../../text/language.ts";
import { InviteForm } from "./invite-form.tsx";
import { ScopeButton } from "./scope-button.tsx";

export function PeopleTab(): JSX.Element {
  const text = useText();
  const { t } = text;
  const pages = usePages<User>("/users");
  return (
    <>
      <div class="tab-actions">
        <p class="soft">{t("people.lead")}</p>
        <DialogButton class="primary" label={t("people.invite")} title={t("people.invite")}>
          {(close) => <InviteForm onClose={close} />}
        </DialogButton>
      </div>
      <List source={pages}>
        {(users) => (
          <Table
            caption={t("settings.tab.people")}
            columns={userColumns(text, pages.reload)}
            rows={users}
            keyOf={({ id }) => id}
          />
        )}
      </List>
    </>
  );
}

function userColumns({ t }: TextTools, onChange: () => void): Column<User>[] {
  return [
    {
      head: t("people.name"),
      kind: "title",
      cell: ({ name, isDisabled }) => (
        <>
          <strong>{name}</strong> {isDisabled && <span class="tag-mark">{t("people.disabled")}</span>}
        </>
      ),
    },
    { head: t("people.role"), cell: (user) => <RoleChoice user={user} onChange={onChange} /> },
    { head: t("people.signIn"), cell: ({ signIn }) => t(`people.signIn.${signIn}`) },
    {
      head: t("people.connections"),
      cell: (user) => (
        <span class="with-button">
          {user.connections === null
            ? t("people.connections.all")
            : t("people.connections.count", { count: user.connections.length })}
          <ScopeButton user={user} onChange={onChange} />
        </span>
      ),
    },
    { head: t("people.lastSeen"), kind: "tight", cell: ({ lastSeenAt }) => <Time at={lastSeenAt} age /> },
    { head: t("common.actions"), kind: "actions", cell: (user) => <UserActions user={user} onChange={onChange} /> },
  ];
}

interface UserProps {
  readonly user: User;
  onChange(): void;
}

function useChange({ user, onChange }: UserProps) {
  const { api } = useServices();
  return useAction(async (body: { role?: Role; isDisabled?: boolean }) => {
    await api.patch(`/users/${user.id}`, body);
    onChange();
  });
}

function RoleChoice({ user, onChange }: UserProps): JSX.Element {
  const { t } = useText();
  const { me } = useServices();
  const change = useChange({ user, onChange });
  return (
    <>
      <select
        aria-label={`${t("people.role")}: ${user.name}`}
        value={user.role}
        disabled={user.id === me.id || change.isRunning}
        onChange={(event) => void change.run({ role: ROLES.find((role) => role === event.currentTarget.value) })}
      >
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {t(`role.${role}`)}
          </option>
        ))}
      </select>
      <ProblemNote problem={change.problem} />
    </>
  );
}

/** Nobody can shut out oneself. */
function UserActions({ user, onChange }: UserProps): JSX.Element | null {
  const { t } = useText();
  const { api, me } = useServices();
  const change = useChange({ user, onChange });
  const remove = async (): Promise<void> => {
    await api.remove(`/users/${user.id}`);
    onChange();
  };
  if (user.id === me.id) return null;
  return (
    <>
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
      <ProblemNote problem={change.problem} />
    </>
  );
}
