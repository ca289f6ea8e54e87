import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../api/services.ts";
import type { Import, Rule, RuleInput } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { DialogButton } from "../../parts/dialog-button.tsx";
import { Form } from "../../parts/form.tsx";
import { useText } from "../../text/language.ts";
import { RuleFields } from "../pick/rule-form.tsx";

/** Changes which tags of a followed repository are taken. */
export function EditRule({ rule }: { rule: Rule }): JSX.Element {
  const { t } = useText();
  return (
    <DialogButton class="small" label={t("common.change")} of={rule.repository} title={rule.repository} isWide>
      {() => <EditForm rule={rule} />}
    </DialogButton>
  );
}

/** A repository has one rule, so that importing it by another one replaces the first and lists its tags at once. */
function EditForm({ rule }: { rule: Rule }): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const { go } = useNavigation();
  const { repository, include, exclude, newest } = rule;
  const [next, setNext] = useState<RuleInput>({ repository, include, exclude, newest });
  const save = useAction(async () => {
    const started = await api.post<Import>(`/connections/${rule.connectionId}/imports`, { images: [], rules: [next] });
    go(`/imports/${started.id}`);
  });
  return (
    <Form action={save} label={t("connection.rule.apply")} class="wide-form">
      <p class="soft">{t("connection.rule.apply.hint")}</p>
      <RuleFields rule={next} onChange={setNext} />
    </Form>
  );
}
