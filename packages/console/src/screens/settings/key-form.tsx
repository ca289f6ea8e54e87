import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../api/services.ts";
import { ROLES, type Role, SCOPES, type Scope } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { CheckList } from "../../parts/check-list.tsx";
import { Choice, Field } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { Once } from "../../parts/once.tsx";
import { useText } from "../../text/language.ts";
import { endOfDay } from "../allow-lists/end-of-day.ts";
import { ConnectionScope } from "./connection-scope.tsx";

interface KeyFormProps {
  onCreated(): void;
  onClose(): void;
}

/** Creates an API key; its value is shown once. */
export function KeyForm({ onCreated, onClose }: KeyFormProps): JSX.Element {
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
    setValue((await api.post<{ value: string }>("/keys", body)).value);
    onCreated();
  });
  if (value !== undefined) return <Once label={t("keys.value")} text={value} onClose={onClose} />;
  return (
    <Form action={create} label={t("keys.add")} isDisabled={scopes.length === 0}>
      <Field label={t("keys.name")} value={name} onValue={setName} problem={create.problem} path="name" required />
      <div class="form-row">
        <Choice
          label={t("people.role")}
          value={role}
          options={ROLES.map((one) => [one, t(`role.${one}`)])}
          onValue={setRole}
        />
        <Field
          label={t("keys.expires")}
          type="date"
          value={expires}
          onValue={setExpires}
          hint={t("allow.expires.hint")}
        />
      </div>
      <CheckList
        legend={t("keys.scopes")}
        options={SCOPES.map((scope) => [scope, t(`keys.scope.${scope}`)])}
        chosen={scopes}
        onChoose={setScopes}
      />
      <ConnectionScope chosen={connections} onChoose={setConnections} />
    </Form>
  );
}
