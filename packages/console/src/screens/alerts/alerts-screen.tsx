import type { JSX } from "preact";
import type { Channel, Connection, Page } from "../../api/types/index.ts";
import { useResource } from "../../api/use-resource.ts";
import { Empty } from "../../parts/empty.tsx";
import { List, listOfAll } from "../../parts/list.tsx";
import { Screen } from "../../parts/screen.tsx";
import { useText } from "../../text/language.ts";
import { AddChannel } from "./channel-dialog.tsx";
import { ChannelRow } from "./channel-row.tsx";
import { DeliveriesCard } from "./deliveries-card.tsx";

export function AlertsScreen(): JSX.Element {
  const { t } = useText();
  const channels = useResource<{ items: Channel[] }>("/channels");
  const add = <AddChannel onAdded={channels.reload} />;
  return (
    <Screen title={t("alerts.title")} lead={t("alerts.lead")} actions={add}>
      <div class="stack">
        <List source={listOfAll(channels)} empty={<NoChannels />}>
          {(items) => <ChannelsCard channels={items} onChange={channels.reload} />}
        </List>
        <DeliveriesCard channels={channels.data?.items ?? []} />
      </div>
    </Screen>
  );
}

function NoChannels(): JSX.Element {
  const { t } = useText();
  return (
    <Empty title={t("alerts.none")}>
      <p class="soft">{t("alerts.none.hint")}</p>
    </Empty>
  );
}

function ChannelsCard({ channels, onChange }: { channels: readonly Channel[]; onChange(): void }): JSX.Element {
  const { t } = useText();
  const connections = useResource<Page<Connection>>("/connections?limit=500");
  const nameOf = (id: string): string => connections.data?.items.find((one) => one.id === id)?.name ?? id;
  return (
    <section class="card" aria-labelledby="channels-title">
      <h2 id="channels-title">{t("alerts.channels")}</h2>
      <ul class="plain-list rows">
        {channels.map((channel) => (
          <ChannelRow
            key={channel.id}
            channel={channel}
            connection={channel.connectionId === null ? undefined : nameOf(channel.connectionId)}
            onChange={onChange}
          />
        ))}
      </ul>
    </section>
  );
}
