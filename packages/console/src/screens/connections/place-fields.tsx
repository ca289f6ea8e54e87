import type { JSX } from "preact";
import type { ConnectionOptions } from "../../api/types/index.ts";
import { Field } from "../../parts/field.tsx";
import { useText } from "../../text/language.ts";

export interface FieldsProps {
  readonly options: ConnectionOptions;
  onChange(change: Partial<ConnectionOptions>): void;
}

const PLACES = [
  ["clientUrl", "http://tidewaiter-client:7341"],
  ["agentUrl", "http://tidewaiter-agent:17500"],
  ["serverUrl", ""],
] as const;

/** Where client, agent and server are, each as the others see it. */
export function PlaceFields({ options, onChange }: FieldsProps): JSX.Element {
  const { t } = useText();
  return (
    <section class="card form" aria-labelledby="place-title">
      <h2 id="place-title">{t("wizard.where")}</h2>
      <p class="route" aria-hidden="true">
        {t("wizard.path")}
      </p>
      <p class="hint">{t("wizard.where.hint")}</p>
      {PLACES.map(([key, example]) => (
        <Field
          key={key}
          type="url"
          label={t(`wizard.${key}`)}
          value={options[key] ?? ""}
          placeholder={example || location.origin}
          onValue={(value) => onChange({ [key]: value })}
        />
      ))}
    </section>
  );
}
