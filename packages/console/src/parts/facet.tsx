import type { ComponentChildren, JSX } from "preact";
import { listOf, toggled } from "../navigation/address.ts";
import { useNavigation } from "../navigation/navigation.ts";
import { Icon } from "./icons.tsx";
import { useClosing } from "./use-closing.ts";

interface FacetProps {
  /** Key in the address. */
  readonly name: string;
  readonly label: string;
  readonly options: readonly (readonly [value: string, label: ComponentChildren])[];
}

/** A filter of several values, kept in the address. */
export function Facet({ name, label, options }: FacetProps): JSX.Element {
  const { query, refine } = useNavigation();
  const menu = useClosing();
  const chosen = listOf(query, name);
  return (
    <details ref={menu} class="facet">
      <summary class="button">
        {label}
        {chosen.length > 0 && <span class="pill">{chosen.length}</span>}
        <Icon name="chevron" />
      </summary>
      <fieldset>
        <legend class="visually-hidden">{label}</legend>
        {options.map(([value, text]) => (
          <label key={value} class="check">
            <input
              type="checkbox"
              checked={chosen.includes(value)}
              onChange={() => refine({ [name]: toggled(chosen, value) })}
            />
            {text}
          </label>
        ))}
      </fieldset>
    </details>
  );
}

/** A filter that is on or off. */
export function FlagFacet({ name, label }: { name: string; label: string }): JSX.Element {
  const { query, refine } = useNavigation();
  const isOn = query.get(name) === "true";
  return (
    <button
      type="button"
      class="button toggle"
      aria-pressed={isOn}
      onClick={() => refine({ [name]: isOn ? "" : "true" })}
    >
      {isOn && <Icon name="check" />}
      {label}
    </button>
  );
}
