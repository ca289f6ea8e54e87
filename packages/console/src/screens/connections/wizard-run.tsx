import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ConnectionWithClients, Created, RegistryTypeInfo } from "../../api/types/index.ts";
import { useResource } from "../../api/use-resource.ts";
import { Icon } from "../../parts/icons.tsx";
import { useText } from "../../text/language.ts";
import { CheckCard } from "./check-card.tsx";
import { Commands } from "./commands.tsx";

interface WizardRunProps {
  readonly created: Created;
  readonly userName: string;
  readonly info: RegistryTypeInfo | undefined;
}

/** Last step: the page waits for the client, then walks the checks by itself. */
export function WizardRun({ created, userName, info }: WizardRunProps): JSX.Element {
  const { t } = useText();
  const [isGood, setIsGood] = useState(false);
  const { id, type } = created.connection;
  const connection = useResource<ConnectionWithClients>(`/connections/${id}`, ["connection"]);
  const isConnected = connection.data?.state === "connected";
  return (
    <div class="stack">
      <Commands issued={created} info={info} userName={userName} />
      <p class={`state-line ${isConnected ? "good" : ""}`} role="status">
        <Icon name={isConnected ? "check" : "spinner"} class={isConnected ? "" : "turning"} />
        {t(isConnected ? "wizard.connected" : "wizard.waiting")}
      </p>
      {isConnected && <CheckCard connectionId={id} type={type} isReady onDone={({ ok }) => setIsGood(ok)} />}
      <div class="actions">
        <a class="button" href={`/connections/${id}`}>
          {created.connection.name}
        </a>
        <a class={`button ${isGood ? "primary" : ""}`} href={`/connections/${id}/pick`}>
          {t("connections.pick")}
        </a>
      </div>
    </div>
  );
}
