import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Created, RegistryTypeInfo } from "../../api/types/index.ts";
import { useResource } from "../../api/use-resource.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Loading } from "../../parts/empty.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { RegistryBadge } from "../../parts/registry-name.tsx";
import { Screen } from "../../parts/screen.tsx";
import { useText } from "../../text/language.ts";
import { WizardForm } from "./wizard-form.tsx";
import { WizardRun } from "./wizard-run.tsx";

const STEPS = ["type", "place", "run"] as const;

/** Choose a type, say where things are, run two commands, watch the checks. The type stands in the address. */
export function WizardScreen(): JSX.Element {
  const { t } = useText();
  const { query } = useNavigation();
  const [made, setMade] = useState<{ created: Created; userName: string } | undefined>(undefined);
  const types = useResource<{ items: RegistryTypeInfo[] }>("/registry-types");
  const info = types.data?.items.find(({ type }) => type === query.get("type"));
  const step = made ? "run" : info ? "place" : "type";
  return (
    <Screen
      title={t("wizard.title")}
      lead={t("wizard.lead")}
      above={<a href="/connections">{t("connections.title")}</a>}
    >
      <ol class="steps" aria-label={t("wizard.steps")}>
        {STEPS.map((name) => (
          <li key={name} aria-current={name === step ? "step" : undefined}>
            {t(`wizard.step.${name}`)}
          </li>
        ))}
      </ol>
      <ProblemNote problem={types.problem} retry={types.reload} />
      {types.isLoading && <Loading />}
      {step === "type" && types.data && <TypeGrid types={types.data.items} />}
      {step === "place" && info && (
        <WizardForm info={info} onCreated={(created, userName) => setMade({ created, userName })} />
      )}
      {made && <WizardRun {...made} info={info} />}
    </Screen>
  );
}

function TypeGrid({ types }: { types: readonly RegistryTypeInfo[] }): JSX.Element {
  const { t, heard } = useText();
  return (
    <section aria-labelledby="types-title">
      <h2 id="types-title">{t("wizard.type")}</h2>
      <ul class="type-grid">
        {types.map(({ type, label, baseExample }) => (
          <li key={type}>
            <a href={`/connections/new?type=${type}`}>
              <RegistryBadge type={type} />
              <span>
                <strong>{heard(label)}</strong>
                <span class="sub">{baseExample ?? type}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
