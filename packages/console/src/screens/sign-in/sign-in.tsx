import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { API_ROOT, type Api, toProblem } from "../../api/client.ts";
import type { Principal, Problem, SignInMethods } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { Field } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { useText } from "../../text/language.ts";
import { Gate } from "./gate.tsx";

interface WayIn {
  readonly api: Api;
  onEnter(principal: Principal): void;
}

export function SignIn({ api, onEnter }: WayIn): JSX.Element {
  const { t } = useText();
  const [methods, setMethods] = useState<SignInMethods | undefined>(undefined);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  useEffect(() => {
    api.get<SignInMethods>("/sign-in").then(setMethods, (error: unknown) => setProblem(toProblem(error)));
  }, [api]);
  return (
    <Gate title={t("signIn.title")} lead={t("signIn.lead")}>
      <ProblemNote problem={problem} />
      {methods && !methods.isSetUp && <p class="note warn">{t("signIn.notSetUp")}</p>}
      {methods?.password && methods.isSetUp && <PasswordForm api={api} onEnter={onEnter} />}
      {methods?.oidc && (
        <a class="button" href={`${API_ROOT}/sign-in/oidc`}>
          {t("signIn.oidc", { name: methods.oidc })}
        </a>
      )}
    </Gate>
  );
}

function PasswordForm({ api, onEnter }: WayIn): JSX.Element {
  const { t } = useText();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const enter = useAction(async () => onEnter(await api.post<Principal>("/sign-in", { name, password })));
  return (
    <Form action={enter} label={t("signIn.title")}>
      <Field label={t("signIn.name")} value={name} onValue={setName} autocomplete="username" required />
      <Field
        label={t("signIn.password")}
        type="password"
        value={password}
        onValue={setPassword}
        autocomplete="current-password"
        required
      />
    </Form>
  );
}
