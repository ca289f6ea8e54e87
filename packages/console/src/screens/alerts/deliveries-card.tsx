import type { JSX } from "preact";
import { useServices } from "../../api/services.ts";
import type { Channel, Delivery } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { usePages } from "../../api/use-pages.ts";
import { DialogButton } from "../../parts/dialog-button.tsx";
import { Icon } from "../../parts/icons.tsx";
import { List } from "../../parts/list.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { type TextTools, useText } from "../../text/language.ts";

/** What was sent where, and how it went. */
export function DeliveriesCard({ channels }: { channels: readonly Channel[] }): JSX.Element {
  const text = useText();
  const { t } = text;
  const pages = usePages<Delivery>("/deliveries", ["delivery"]);
  const nameOf = (id: string): string => channels.find((channel) => channel.id === id)?.name ?? id;
  const columns: Column<Delivery>[] = [
    { head: t("alerts.created"), kind: "tight", cell: ({ createdAt }) => <Time at={createdAt} /> },
    { head: t("alerts.channel"), cell: ({ channelId }) => nameOf(channelId) },
    { head: t("alerts.event"), cell: ({ event }) => t(`alerts.event.${event}`) },
    { head: t("connections.state"), kind: "wide", cell: (delivery) => <Outcome delivery={delivery} text={text} /> },
    {
      head: t("common.actions"),
      kind: "actions",
      cell: (delivery) => <DeliveryActions delivery={delivery} onSent={pages.reload} />,
    },
  ];
  return (
    <section class="stack" aria-labelledby="deliveries-title">
      <h2 id="deliveries-title">{t("alerts.deliveries")}</h2>
      <List source={pages} empty={<p class="soft">{t("alerts.deliveries.none")}</p>}>
        {(items) => <Table caption={t("alerts.deliveries")} columns={columns} rows={items} keyOf={({ id }) => id} />}
      </List>
    </section>
  );
}

const ICONS = { waiting: "clock", delivered: "check", failed: "cross" } as const;
const MARKS = { waiting: "Queued", delivered: "Complete", failed: "Failed" } as const;

function Outcome({ delivery, text: { t, number } }: { delivery: Delivery; text: TextTools }): JSX.Element {
  const { state, attempts, status, error } = delivery;
  return (
    <>
      <span class={`state-mark ${MARKS[state]}`}>
        <Icon name={ICONS[state]} />
        {t(`alerts.state.${state}`)}
      </span>
      <span class="sub">
        {t("alerts.attempts")}: {number(attempts)}
        {status !== null && ` · HTTP ${status}`}
        {error && ` · ${error}`}
      </span>
    </>
  );
}

function DeliveryActions({ delivery, onSent }: { delivery: Delivery; onSent(): void }): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const resend = useAction(async () => {
    await api.post(`/deliveries/${delivery.id}/resend`);
    onSent();
  });
  return (
    <>
      <div class="row-actions">
        <DialogButton class="small" label={t("alerts.payload")} title={t("alerts.payload")} isWide>
          {() => <pre class="payload">{JSON.stringify(delivery.payload, undefined, 2)}</pre>}
        </DialogButton>
        <button type="button" class="button small" disabled={resend.isRunning} onClick={() => resend.run()}>
          {t("alerts.resend")}
        </button>
      </div>
      <ProblemNote problem={resend.problem} />
    </>
  );
}
