import type { JSX } from "preact";
import type { RuleInput } from "../../api/types/index.ts";
import { Field } from "../../parts/field.tsx";
import { useText } from "../../text/language.ts";
import { parseReferences } from "./selection.ts";

/** How a followed repository's tags are chosen. */
export function RuleForm({ rule, onChange }: { rule: RuleInput; onChange(rule: RuleInput): void }): JSX.Element {
  const { t } = useText();
  const count = (text: string): number | null => (/^[1-9]\d{0,3}$/.test(text) ? Math.min(Number(text), 1_000) : null);
  return (
    <fieldset class="rule">
      <legend>{t("pick.rule")}</legend>
      <div class="form-row">
        <Field
          type="number"
          min={1}
          max={1000}
          label={t("pick.rule.newest")}
          hint={t("pick.rule.newest.hint")}
          value={rule.newest === null ? "" : String(rule.newest)}
          onValue={(text) => onChange({ ...rule, newest: count(text) })}
        />
        <Field
          label={t("pick.rule.include")}
          hint={t("pick.rule.globs")}
          value={rule.include.join(", ")}
          onValue={(text) => onChange({ ...rule, include: parseReferences(text) })}
        />
        <Field
          label={t("pick.rule.exclude")}
          value={rule.exclude.join(", ")}
          onValue={(text) => onChange({ ...rule, exclude: parseReferences(text) })}
        />
      </div>
    </fieldset>
  );
}
