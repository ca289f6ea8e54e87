import type { JSX } from "preact";
import { useText } from "../text/language.ts";

interface CheckListProps<T extends string> {
  readonly legend: string;
  readonly options: readonly (readonly [value: T, label: string])[];
  readonly chosen: readonly T[];
  onChoose(chosen: readonly T[]): void;
}

/** Several of a few. At least one is needed: with none chosen it says so. */
export function CheckList<T extends string>({ legend, options, chosen, onChoose }: CheckListProps<T>): JSX.Element {
  const { t } = useText();
  const toggle = (value: T): void =>
    onChoose(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);
  return (
    <fieldset class="field">
      <legend>{legend}</legend>
      <div class="check-list">
        {options.map(([value, label]) => (
          <label key={value} class="check">
            <input type="checkbox" checked={chosen.includes(value)} onChange={() => toggle(value)} />
            {label}
          </label>
        ))}
      </div>
      {chosen.length === 0 && <p class="fault">{t("common.atLeastOne")}</p>}
    </fieldset>
  );
}
