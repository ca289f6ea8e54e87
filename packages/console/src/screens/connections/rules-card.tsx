import type { JSX } from "preact";
import { useMay, useServices } from "../../api/services.ts";
import type { Rule } from "../../api/types/index.ts";
import { useResource } from "../../api/use-resource.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Time } from "../../parts/time.tsx";
import { useText } from "../../text/language.ts";
import { EditRule } from "./edit-rule.tsx";

/** Whole repositories that are followed, and how the last look went. */
export function RulesCard({ connectionId }: { connectionId: string }): JSX.Element {
  const { t } = useText();
  const rules = useResource<{ items: Rule[] }>(`/connections/${connectionId}/rules`, ["import", "project"]);
  return (
    <section class="card" aria-labelledby="rules-title">
      <h2 id="rules-title">{t("connection.rules")}</h2>
      <ProblemNote problem={rules.problem} retry={rules.reload} />
      {rules.data?.items.length === 0 && <p class="soft">{t("connection.rules.none")}</p>}
      <ul class="plain-list rows">
        {rules.data?.items.map((rule) => (
          <RuleRow key={rule.id} rule={rule} onChange={rules.reload} />
        ))}
      </ul>
    </section>
  );
}

function RuleRow({ rule, onChange }: { rule: Rule; onChange(): void }): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const mayScan = useMay("member");
  const remove = async (): Promise<void> => {
    await api.remove(`/rules/${rule.id}`);
    onChange();
  };
  const parts = [
    rule.newest === null ? t("connection.rule.all") : t("connection.rule.newest", { count: rule.newest }),
    ...(rule.include.length > 0 ? [t("connection.rule.include", { globs: rule.include.join(", ") })] : []),
    ...(rule.exclude.length > 0 ? [t("connection.rule.exclude", { globs: rule.exclude.join(", ") })] : []),
  ];
  return (
    <li>
      <div>
        <strong>{rule.repository}</strong> <span class="soft">{parts.join(" · ")}</span>
        <span class="sub">
          {t("images.ofRepository", { count: rule.projects })} · <Time at={rule.lastRunAt} age />
        </span>
        {rule.lastError && <span class="fault">{rule.lastError}</span>}
      </div>
      {mayScan && (
        <div class="actions">
          <EditRule rule={rule} onSaved={onChange} />
          <Confirm
            isQuiet
            label={t("connection.rule.remove")}
            title={t("connection.rule.ask", { name: rule.repository })}
            hint={t("connection.rule.hint")}
            work={remove}
          />
        </div>
      )}
    </li>
  );
}
