import type { JSX } from "preact";
import { useServices } from "../../api/services.ts";
import type { Channel, Delivery } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { usePages } from "../../api/use-pages.ts";
import { MoreButton } from "../../parts/more-button.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Time } from "../../parts/time.tsx";
import { useText } from "../../text/language.ts";

/** What was sent where, and how it went. */
export function DeliveriesCard({ channels }: { channels: readonly Channel[] }): JSX.Element {
  const { t } = useText();
  const pages = usePages<Delivery>("/deliveries", ["delivery"]);
  const nameOf = (id: string): string => channels.find((channel) => channel.id === id)?.name ?? id;
  return (
    <section class="stack" aria-labelledby="deliveries-title">
      <h2 id="deliveries-title">{t("alerts.deliveries")}</h2>
      <ProblemNote problem={pages.problem} retry={pages.reload} />
      {pages.items?.length === 0 && <p class="soft">{t("alerts.deliveries.none")}</p>}
      {pages.items && pages.items.length > 0 && (
        <div class="table-frame">
          <table>
            <thead>
              <tr>
                <th scope="col">{t("alerts.created")}</th>
                <th scope="col">{t("alerts.channel")}</th>
                <th scope="col">{t("alerts.event")}</th>
                <th scope="col">{t("connections.state")}</th>
                <th scope="col">{t("alerts.payload")}</th>
                <th scope="col">
                  <span class="visually-hidden">{t("common.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {pages.items.map((delivery) => (
                <Row key={delivery.id} delivery={delivery} channel={nameOf(delivery.channelId)} onSent={pages.reload} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <MoreButton pages={pages} />
    </section>
  );
}

function Row({ delivery, channel, onSent }: { delivery: Delivery; channel: string; onSent(): void }): JSX.Element {
  const { t, number } = useText();
  const { api } = useServices();
  const resend = useAction(async () => {
    await api.post(`/deliveries/${delivery.id}/resend`);
    onSent();
  });
  return (
    <tr>
      <td data-label={t("alerts.created")} class="tight">
        <Time at={delivery.createdAt} />
      </td>
      <td data-label={t("alerts.channel")}>{channel}</td>
      <td data-label={t("alerts.event")}>{t(`alerts.event.${delivery.event}`)}</td>
      <td data-label={t("connections.state")}>
        {t(`alerts.state.${delivery.state}`)}
        <span class="sub">
          {t("alerts.attempts")}: {number(delivery.attempts)}
          {delivery.status !== null && ` · HTTP ${delivery.status}`}
        </span>
        {delivery.error && <span class="fault">{delivery.error}</span>}
        <ProblemNote problem={resend.problem} />
      </td>
      <td data-label={t("alerts.payload")}>
        <details>
          <summary>{t("common.details")}</summary>
          <pre class="payload">{JSON.stringify(delivery.payload, undefined, 2)}</pre>
        </details>
      </td>
      <td class="tight">
        <button type="button" class="button small" disabled={resend.isRunning} onClick={() => resend.run()}>
          {t("alerts.resend")}
        </button>
      </td>
    </tr>
  );
}
