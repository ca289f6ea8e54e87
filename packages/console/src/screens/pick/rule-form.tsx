import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { RuleInput } from "../../api/types/index.ts";
import { Field } from "../../parts/field.tsx";
import { useText } from "../../text/language.ts";
import { parseCount, parseReferences } from "./selection.ts";

interface RuleFieldsProps {
  readonly rule: RuleInput;
  onChange(rule: RuleInput): void;
}

/** How a followed repository's tags are chosen, in its place in the tree. */
export function RuleForm({ rule, onChange }: RuleFieldsProps): JSX.Element {
  const { t } = useText();
  return (
    <fieldset class="rule">
      <legend>{t("pick.rule")}</legend>
      <RuleFields rule={rule} onChange={onChange} />
    </fieldset>
  );
}

/** The texts are kept as they are typed: a rule that is read back would swallow the comma before the next glob. */
export function RuleFields({ rule, onChange }: RuleFieldsProps): JSX.Element {
  const { t } = useText();
  const [newest, setNewest] = useState(rule.newest === null ? "" : String(rule.newest));
  const [include, setInclude] = useState(rule.include.join(", "));
  const [exclude, setExclude] = useState(rule.exclude.join(", "));
  return (
    <div class="form-row">
      <Field
        type="number"
        min={1}
        max={1000}
        label={t("pick.rule.newest")}
        hint={t("pick.rule.newest.hint")}
        value={newest}
        onValue={(text) => {
          setNewest(text);
          onChange({ ...rule, newest: parseCount(text) });
        }}
      />
      <Field
        label={t("pick.rule.include")}
        hint={t("pick.rule.globs")}
        value={include}
        onValue={(text) => {
          setInclude(text);
          onChange({ ...rule, include: parseReferences(text) });
        }}
      />
      <Field
        label={t("pick.rule.exclude")}
        value={exclude}
        onValue={(text) => {
          setExclude(text);
          onChange({ ...rule, exclude: parseReferences(text) });
        }}
      />
    </div>
  );
}
