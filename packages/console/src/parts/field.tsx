import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import type { Problem } from "../api/types/index.ts";
import { useText } from "../text/language.ts";

/** Only what our forms use: the full set of attributes is a union that cannot be spread. */
interface InputOptions {
  readonly type?: "text" | "password" | "url" | "number" | "date";
  readonly autocomplete?: "off" | "username" | "current-password" | "new-password";
  readonly required?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly min?: number;
  readonly max?: number;
  readonly placeholder?: string;
}

interface FieldProps extends InputOptions {
  readonly label: string;
  readonly value: string;
  readonly hint?: ComponentChildren;
  /** The failed call: its detail for `path` stands below the input. */
  readonly problem?: Problem | undefined;
  readonly path?: string;
  onValue(value: string): void;
}

/** A labelled input with hint and fault, tied together for screen readers. */
export function Field({
  label,
  value,
  hint,
  problem,
  path,
  onValue,
  type = "text",
  ...input
}: FieldProps): JSX.Element {
  const id = useId();
  const fault = problem?.details?.find((detail) => path !== undefined && detail.path === path)?.reason;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {/* The types of the input element are a union over `type`; as a password or not is all that matters here. */}
      <input
        {...input}
        type={type as "text"}
        id={id}
        value={value}
        aria-invalid={fault ? true : undefined}
        aria-describedby={`${id}-hint`}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      <FieldNotes id={id} hint={hint} fault={fault} />
    </div>
  );
}

export function FieldNotes({
  id,
  hint,
  fault,
}: {
  id: string;
  hint?: ComponentChildren;
  fault?: string | undefined;
}): JSX.Element {
  const { heard } = useText();
  return (
    <div id={`${id}-hint`} class="field-notes">
      {fault && <p class="fault">{heard(fault)}</p>}
      {hint && <p class="hint">{hint}</p>}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [value: NoInfer<T>, label: string])[];
  readonly hint?: ComponentChildren;
  readonly isDisabled?: boolean;
  onValue(value: NoInfer<T>): void;
}

export function Choice<T extends string>({
  label,
  value,
  options,
  hint,
  isDisabled,
  onValue,
}: ChoiceProps<T>): JSX.Element {
  const id = useId();
  const choose = (text: string): void => {
    const chosen = options.find(([known]) => known === text);
    if (chosen) onValue(chosen[0]);
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        disabled={isDisabled}
        aria-describedby={`${id}-hint`}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {options.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
      <FieldNotes id={id} hint={hint} />
    </div>
  );
}
