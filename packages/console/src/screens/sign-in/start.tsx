import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Api } from "../../api/client.ts";
import type { Principal } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Field } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { useText } from "../../text/language.ts";
import { Gate } from "./gate.tsx";

/** Exchanges a one-time link for an account. The token stands behind `#`, so only this page sees it. */
export function Start({ api, onEnter }: { api: Api; onEnter(principal: Principal): void }): JSX.Element {
  const { t } = useText();
  const { fragment } = useNavigation();
  const [token] = useState(() => new URLSearchParams(fragment).get("t") ?? "");
  return (
    <Gate title={t("start.title")} lead={t("start.lead")}>
      {token === "" ? (
        <p class="note warn" role="alert">
          {t("start.noToken")}
        </p>
      ) : (
        <AccountForm api={api} token={token} onEnter={onEnter} />
      )}
    </Gate>
  );
}

interface AccountFormProps {
  readonly api: Api;
  readonly token: string;
  onEnter(principal: Principal): void;
}

function AccountForm({ api, token, onEnter }: AccountFormProps): JSX.Element {
  const { t } = useText();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const isMismatch = again !== "" && again !== password;
  const create = useAction(async () => onEnter(await api.post<Principal>("/sign-in/link", { token, name, password })));
  return (
    <Form action={create} label={t("start.create")} isDisabled={isMismatch}>
      <Field
        label={t("signIn.name")}
        value={name}
        onValue={setName}
        problem={create.problem}
        path="name"
        autocomplete="username"
        maxLength={64}
        required
      />
      <Field
        label={t("signIn.password")}
        type="password"
        value={password}
        onValue={setPassword}
        hint={t("start.password.hint")}
        problem={create.problem}
        path="password"
        autocomplete="new-password"
        minLength={12}
        required
      />
      <Field
        label={t("start.repeat")}
        type="password"
        value={again}
        onValue={setAgain}
        hint={isMismatch ? <span class="fault">{t("start.mismatch")}</span> : undefined}
        autocomplete="new-password"
        required
      />
    </Form>
  );
}
