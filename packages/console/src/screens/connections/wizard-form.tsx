import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../api/services.ts";
import type { ConnectionOptions, Created, RegistryTypeInfo } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { Field } from "../../parts/field.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { useText } from "../../text/language.ts";

interface WizardFormProps {
  readonly info: RegistryTypeInfo;
  onCreated(created: Created): void;
}

export function WizardForm({ info, onCreated }: WizardFormProps): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const [name, setName] = useState("");
  const [options, setOptions] = useState<ConnectionOptions>({});
  const create = useAction(async () => {
    onCreated(await api.post<Created>("/connections", { name, type: info.type, options: filledIn(options) }));
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void create.run();
  };
  const set = (change: Partial<ConnectionOptions>): void => setOptions({ ...options, ...change });
  return (
    <form class="card form" onSubmit={submit}>
      <h2>{info.label}</h2>
      {info.notes.map((note) => (
        <p key={note} class="note">
          {note}
        </p>
      ))}
      {!info.canList && <p class="note warn">{t("wizard.cannotList")}</p>}
      <Field
        label={t("connections.name")}
        value={name}
        onValue={setName}
        hint={t("wizard.name.hint")}
        problem={create.problem}
        path="name"
        maxLength={100}
        required
      />
      <RegistryFields info={info} options={options} onChange={set} />
      <PlaceFields options={options} onChange={set} />
      <ProblemNote problem={create.problem} />
      <div class="actions">
        <a class="button" href="/connections/new">
          {t("wizard.back")}
        </a>
        <button type="submit" class="button primary" disabled={create.isRunning}>
          {t("wizard.create")}
        </button>
      </div>
    </form>
  );
}

/** Empty inputs are left out: the API takes an address or none. */
function filledIn(options: ConnectionOptions): ConnectionOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== "" && value !== false));
}

interface FieldsProps {
  readonly options: ConnectionOptions;
  onChange(change: Partial<ConnectionOptions>): void;
}

function RegistryFields({ info, options, onChange }: FieldsProps & { info: RegistryTypeInfo }): JSX.Element {
  const { t } = useText();
  const asks = (variable: string): boolean => info.fields.some((field) => field.variable === variable);
  return (
    <>
      {info.baseExample !== null && (
        <Field
          label={t("connection.base")}
          value={options.registryBase ?? ""}
          onValue={(registryBase) => onChange({ registryBase })}
          hint={t("wizard.base.hint", { example: info.baseExample })}
          placeholder={info.baseExample}
          required
        />
      )}
      {asks("CR_ROLE_ARN") && (
        <Field label={t("wizard.roleArn")} value={options.roleArn ?? ""} onValue={(roleArn) => onChange({ roleArn })} />
      )}
      {asks("CR_REGION") && (
        <Field label={t("wizard.region")} value={options.region ?? ""} onValue={(region) => onChange({ region })} />
      )}
      {info.baseExample !== null && (
        <div class="field">
          <label class="check">
            <input
              type="checkbox"
              checked={options.isPlainHttp === true}
              onChange={(event) => onChange({ isPlainHttp: event.currentTarget.checked })}
            />
            {t("wizard.plainHttp")}
          </label>
          <p class="hint">{t("wizard.plainHttp.hint")}</p>
        </div>
      )}
    </>
  );
}

const PLACES = [
  ["clientUrl", "http://tidewaiter-client:7341"],
  ["agentUrl", "http://tidewaiter-agent:17500"],
  ["serverUrl", ""],
] as const;

function PlaceFields({ options, onChange }: FieldsProps): JSX.Element {
  const { t } = useText();
  return (
    <fieldset class="form">
      <legend class="legend">{t("wizard.where")}</legend>
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
    </fieldset>
  );
}
