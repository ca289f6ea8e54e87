import type { JSX } from "preact";
import type { BrokeredCall } from "../api/types/index.ts";

/** A filter rule as it stands in the rule file. */
export function CallRule({ rule }: { rule: NonNullable<BrokeredCall["rule"]> }): JSX.Element {
  return (
    <code class="path">
      {rule.method} {rule.path}
    </code>
  );
}
