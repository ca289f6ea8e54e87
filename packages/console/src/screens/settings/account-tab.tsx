import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../api/services.ts";
import { useAction } from "../../api/use-action.ts";
import { Field } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { useText } from "../../text/language.ts";

export function AccountTab(): JSX.Element {
  const { t } = useText();
  const { api, me, say } = useServices();
  const [present, setPresent] = useState("");
  const [next, setNext] = useState("");
  const change = useAction(async () => {
    await api.put("/session/password", { present, next });
    setPresent("");
    setNext("");
    say(t("account.changed"));
  });
  return (
    <section class="card narrow" aria-labelledby="account-title">
      <h2 id="account-title">
        {me.name} <span class="tag-mark">{t(`role.${me.role}`)}</span>
      </h2>
      <Form action={change} label={t("account.change")}>
        <Field
          label={t("account.present")}
          type="password"
          value={present}
          onValue={setPresent}
          problem={change.problem}
          path="present"
          autocomplete="current-password"
          required
        />
        <Field
          label={t("account.next")}
          type="password"
          value={next}
          onValue={setNext}
          hint={t("start.password.hint")}
          problem={change.problem}
          path="next"
          autocomplete="new-password"
          minLength={12}
          required
        />
      </Form>
    </section>
  );
}
