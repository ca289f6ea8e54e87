import type { ComponentChildren, JSX } from "preact";

export type Fact = readonly [label: string, value: ComponentChildren];

/** Labels with their values, side by side as far as there is room; facts without a value are left out. */
export function Facts({ facts }: { facts: readonly (Fact | false | undefined)[] }): JSX.Element {
  return (
    <dl class="facts">
      {facts
        .filter((fact): fact is Fact => Boolean(fact))
        .map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
