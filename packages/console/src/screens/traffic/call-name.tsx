import type { JSX } from "preact";
import type { BrokeredCall } from "../../api/types/index.ts";
import { useText } from "../../text/language.ts";

interface CallNameProps {
  readonly call: Pick<BrokeredCall, "method" | "path" | "direction" | "connectionId" | "connectionName">;
}

/** Method and path, which way it went, and through whose tunnel. */
export function CallName({ call }: CallNameProps): JSX.Element {
  const { t } = useText();
  const { method, path, direction, connectionId, connectionName } = call;
  return (
    <>
      <code class="path">
        <strong>{method}</strong> {path}
      </code>
      <span class="sub">
        {t(`traffic.direction.${direction}`)} · <a href={`/connections/${connectionId}`}>{connectionName}</a>
      </span>
    </>
  );
}
