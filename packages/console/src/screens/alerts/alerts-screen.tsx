import type { JSX } from "preact";
import type { Channel } from "../../api/types/index.ts";
import { useResource } from "../../api/use-resource.ts";
import { Empty, Loading } from "../../parts/empty.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Screen } from "../../parts/screen.tsx";
import { useText } from "../../text/language.ts";
import { ChannelForm } from "./channel-form.tsx";
import { ChannelRow } from "./channel-row.tsx";
import { DeliveriesCard } from "./deliveries-card.tsx";

export function AlertsScreen(): JSX.Element {
  const { t } = useText();
  const channels = useResource<{ items: Channel[] }>("/channels");
  const items = channels.data?.items;
  return (
    <Screen title={t("alerts.title")} lead={t("alerts.lead")}>
      <div class="stack">
        <ProblemNote problem={channels.problem} retry={channels.reload} />
        {channels.isLoading && <Loading />}
        {items?.length === 0 && <Empty title={t("alerts.none")} />}
        {items && items.length > 0 && (
          <section class="card">
            <h2>{t("alerts.channels")}</h2>
            <ul class="plain-list rows">
              {items.map((channel) => (
                <ChannelRow key={channel.id} channel={channel} onChange={channels.reload} />
              ))}
            </ul>
          </section>
        )}
        <ChannelForm onAdded={channels.reload} />
        <DeliveriesCard channels={items ?? []} />
      </div>
    </Screen>
  );
}
