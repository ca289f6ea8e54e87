import type { JSX } from "preact";
import type { Connection } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { ConnectionMark } from "../../parts/connection-mark.tsx";
import { List } from "../../parts/list.tsx";
import { RegistryBadge } from "../../parts/registry-name.tsx";
import { Time } from "../../parts/time.tsx";
import { useText } from "../../text/language.ts";

const SHOWN = 6;
const URGENCY = { down: 0, waiting: 1, connected: 2 } as const;

/** Connections by state, those that need somebody first, with the code of the last check that failed. */
export function ConnectionsCard(): JSX.Element {
  const { t } = useText();
  const { more: _, ...pages } = usePages<Connection>("/connections?limit=100", ["connection"]);
  return (
    <section class="card" aria-labelledby="connections-title">
      <h2 id="connections-title">{t("overview.connections")}</h2>
      <List source={pages} empty={<p class="soft">{t("connections.empty")}</p>}>
        {(connections) => (
          <ul class="plain-list rows">
            {byUrgency(connections).map((connection) => (
              <Row key={connection.id} connection={connection} />
            ))}
          </ul>
        )}
      </List>
    </section>
  );
}

function byUrgency(connections: readonly Connection[]): readonly Connection[] {
  const isBroken = ({ lastCheck }: Connection): number => (lastCheck?.ok === false ? 0 : 1);
  return connections
    .toSorted((a, b) => URGENCY[a.state] - URGENCY[b.state] || isBroken(a) - isBroken(b))
    .slice(0, SHOWN);
}

function Row({
  connection: { id, name, type, state, lastCheck, lastConnectedAt },
}: {
  connection: Connection;
}): JSX.Element {
  return (
    <li>
      <span class="with-badge">
        <RegistryBadge type={type} />
        <span>
          <a class="row-link" href={`/connections/${id}`}>
            {name}
          </a>
          {lastCheck?.code && <code class="sub">{lastCheck.code}</code>}
        </span>
      </span>
      <span class="number">
        <ConnectionMark state={state} />
        {state === "down" && (
          <span class="sub">
            <Time at={lastConnectedAt} age />
          </span>
        )}
      </span>
    </li>
  );
}
