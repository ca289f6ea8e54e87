import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../api/services.ts";
import type { Rule, RuleInput } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { DialogButton } from "../../parts/dialog-button.tsx";
import { Form } from "../../parts/form.tsx";
import { useText } from "../../text/language.ts";
import { RuleFields } from "../pick/rule-form.tsx";

interface EditRuleProps {
  readonly rule: Rule;
  onSaved(): void;
}

/** Changes which tags of a followed repository are taken. */
export function EditRule({ rule, onSaved }: EditRuleProps): JSX.Element {
  const { t } = useText();
  return (
    <DialogButton class="small" label={t("common.change")} of={rule.repository} title={rule.repository} isWide>
      {(close) => (
        <EditForm
          rule={rule}
          onSaved={() => {
            close();
            onSaved();
          }}
        />
      )}
    </DialogButton>
  );
}

function EditForm({ rule, onSaved }: EditRuleProps): JSX.Element {
  const { t } = useText();
  const { api, say } = useServices();
  const [next, setNext] = useState<RuleInput>(rule);
  const save = useAction(async () => {
    const { include, exclude, newest } = next;
    await api.patch(`/rules/${rule.id}`, { include, exclude, newest });
    say(t("common.saved"));
    onSaved();
  });
  return (
    <Form action={save} label={t("connection.rule.apply")} class="wide-form">
      <p class="soft">{t("connection.rule.apply.hint")}</p>
      <RuleFields rule={next} onChange={setNext} />
    </Form>
  );
}
