import type { JSX } from "preact";
import type { Traffic } from "../../api/types/index.ts";
import { useText } from "../../text/language.ts";

/** Figures since the servers started, which the remembered calls are only the end of. */
export function CallTotals({ traffic: { counts, since, silentServers } }: { traffic: Traffic }): JSX.Element {
  const { t, time } = useText();
  return (
    <section aria-label={t("traffic.counts", { since: time(since) })}>
      <div class="totals">
        <div class="total">
          <Figure name={t("traffic.calls")} count={counts.calls} />
        </div>
        {(["denied", "failed"] as const).map((outcome) => (
          <a key={outcome} class="total" href={`/traffic?outcome=${outcome}`}>
            <Figure name={t(`traffic.outcome.${outcome}`)} count={counts[outcome]} />
          </a>
        ))}
      </div>
      <p class="soft small-text below-totals">{t("traffic.counts", { since: time(since) })}</p>
      {silentServers > 0 && <p class="note warn">{t("traffic.silent", { count: silentServers })}</p>}
    </section>
  );
}

function Figure({ name, count }: { name: string; count: number }): JSX.Element {
  const { number } = useText();
  return (
    <>
      <span class="total-name">{name}</span>
      <span class="total-value">{number(count)}</span>
    </>
  );
}
