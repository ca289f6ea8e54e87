import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../../api/client.ts";
import { useServices } from "../../api/services.ts";
import type { ConnectionOptions, Created, RegistryTypeInfo } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { Field } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { RegistryBadge } from "../../parts/registry-name.tsx";
import { useText } from "../../text/language.ts";
import { accountOf } from "./account-names.ts";
import { calledAddress } from "./called-address.ts";
import { type FieldsProps, PlaceFields } from "./place-fields.tsx";
import { UserNameField } from "./user-name-field.tsx";

interface WizardFormProps {
  readonly info: RegistryTypeInfo;
  onCreated(created: Created, userName: string): void;
}

export function WizardForm({ info, onCreated }: WizardFormProps): JSX.Element {
  const { t, heard } = useText();
  const { api } = useServices();
  const [name, setName] = useState("");
  const [userName, setUserName] = useState("");
  const [options, setOptions] = useState<ConnectionOptions>({});
  const create = useAction(async () => {
    refuse(info.type, userName, t("account.standing.refused"));
    const asked = { name, type: info.type, options: filledIn({ ...options, hasAccount: userName.trim() !== "" }) };
    onCreated(await api.post<Created>("/connections", asked), userName.trim());
  });
  const set = (change: Partial<ConnectionOptions>): void => setOptions({ ...options, ...change });
  return (
    <Form action={create} label={t("wizard.create")} class="wide-form" beside={<BackLink />}>
      <div class="columns">
        <section class="card form">
          <h2 class="with-badge">
            <RegistryBadge type={info.type} /> {heard(info.label)}
          </h2>
          {info.notes.map((note) => (
            <p key={note} class="note">
              {heard(note)}
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
          {info.fields.some(({ variable }) => variable === "CR_USERNAME") && (
            <UserNameField type={info.type} value={userName} onValue={setUserName} problem={create.problem} />
          )}
        </section>
        <PlaceFields options={options} onChange={set} />
      </div>
    </Form>
  );
}

/** @throws {ApiError} INPUT_INVALID at the field, for an account that no connection can live with. */
function refuse(type: RegistryTypeInfo["type"], userName: string, reason: string): void {
  if (accountOf(type, userName)?.standing !== "refused") return;
  throw new ApiError({ code: "INPUT_INVALID", message: reason, details: [{ path: "userName", reason }] }, 0);
}

function BackLink(): JSX.Element {
  const { t } = useText();
  return (
    <a class="button" href="/connections/new">
      {t("wizard.back")}
    </a>
  );
}

/** Empty inputs are left out: the API takes an address or none. */
function filledIn(options: ConnectionOptions): ConnectionOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== "" && value !== false));
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
          hint={<BaseHint info={info} options={options} />}
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

/** What will be called, as soon as that can be said. */
function BaseHint({ info, options }: { info: RegistryTypeInfo; options: ConnectionOptions }): JSX.Element {
  const { t } = useText();
  const typed = options.registryBase ?? "";
  if (typed.trim() === "") return <>{t("wizard.base.hint", { example: info.baseExample ?? "" })}</>;
  const called = calledAddress(info.type, typed, options.isPlainHttp === true);
  if (!called) return <span class="fault">{t("wizard.called.not")}</span>;
  const { url, below } = called;
  return <>{below ? t("wizard.called.below", { url, path: below }) : t("wizard.called", { url })}</>;
}
