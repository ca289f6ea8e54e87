import type { JSX } from "preact";
import type { Problem, RegistryType } from "../../api/types/index.ts";
import { Field } from "../../parts/field.tsx";
import { useText } from "../../text/language.ts";
import { accountOf } from "./account-names.ts";

interface UserNameFieldProps {
  readonly type: RegistryType;
  readonly value: string;
  readonly problem: Problem | undefined;
  onValue(value: string): void;
}

/** The account that will read the registry: what its name tells, and which rights it needs. Stays in the browser. */
export function UserNameField({ type, value, problem, onValue }: UserNameFieldProps): JSX.Element {
  const { t } = useText();
  const account = accountOf(type, value);
  return (
    <Field
      label={t("wizard.userName")}
      value={value}
      onValue={onValue}
      autocomplete="off"
      maxLength={200}
      problem={problem}
      path="userName"
      hint={
        account ? (
          <span class={account.standing === "refused" ? "fault" : ""}>
            <strong>{t(`account.standing.${account.standing}`)}</strong> {t(`account.${account.kind}`)}
          </span>
        ) : (
          t("wizard.userName.hint")
        )
      }
    />
  );
}
