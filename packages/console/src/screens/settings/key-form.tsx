import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../api/services.ts";
import { type ApiKey, ROLES, type Role, SCOPES, type Scope } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { Copyable } from "../../parts/copyable.tsx";
import { Choice, Field } from "../../parts/field.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { useText } from "../../text/language.ts";
import { endOfDay } from "../allow-lists/end-of-day.ts";
import { ConnectionScope } from "./connection-scope.tsx";

/** Creates an API key; its value is shown once. */
export function KeyForm({ onCreated }: { onCreated(): void }): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [scopes, setScopes] = useState<readonly Scope[]>(["read"]);
  const [connections, setConnections] = useState<readonly string[] | null>(null);
  const [expires, setExpires] = useState("");
  const [value, setValue] = useState<string | undefined>(undefined);
  const create = useAction(async () => {
    const body = { name, role, scopes, connections, expiresAt: expires ? endOfDay(expires) : null };
    const made = await api.post<{ key: ApiKey; value: string }>("/keys", body);
    setValue(made.value);
    setName("");
    onCreated();
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void create.run();
  };
  return (
    <form class="card form" onSubmit={submit}>
      <h2>{t("keys.add")}</h2>
      <Field label={t("keys.name")} value={name} onValue={setName} problem={create.problem} path="name" required />
      <div class="form-row">
        <Choice
          label={t("people.role")}
          value={role}
          options={ROLES.map((one) => [one, t(`role.${one}`)])}
          onValue={setRole}
        />
        <Field label={t("keys.expires")} type="date" value={expires} onValue={setExpires} />
      </div>
      <ScopeChoice chosen={scopes} onChoose={setScopes} />
      <ConnectionScope chosen={connections} onChoose={setConnections} />
      <ProblemNote problem={create.problem} />
      <div>
        <button type="submit" class="button primary" disabled={create.isRunning || scopes.length === 0}>
          {t("keys.add")}
        </button>
      </div>
      {value && (
        <div role="status">
          <p class="soft">{t("common.onceOnly")}</p>
          <Copyable label={t("keys.value")} text={value} />
        </div>
      )}
    </form>
  );
}

interface ScopeChoiceProps {
  readonly chosen: readonly Scope[];
  onChoose(scopes: readonly Scope[]): void;
}

function ScopeChoice({ chosen, onChoose }: ScopeChoiceProps): JSX.Element {
  const { t } = useText();
  const toggle = (scope: Scope): void =>
    onChoose(chosen.includes(scope) ? chosen.filter((one) => one !== scope) : [...chosen, scope]);
  return (
    <fieldset class="field">
      <legend>{t("keys.scopes")}</legend>
      <div class="check-list">
        {SCOPES.map((scope) => (
          <label key={scope} class="check">
            <input type="checkbox" checked={chosen.includes(scope)} onChange={() => toggle(scope)} />
            {t(`keys.scope.${scope}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
