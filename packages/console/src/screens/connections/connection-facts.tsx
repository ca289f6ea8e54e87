import type { ComponentChildren, JSX } from "preact";
import type { Connection } from "../../api/types/index.ts";
import { Facts } from "../../parts/facts.tsx";
import { Time } from "../../parts/time.tsx";
import { useText } from "../../text/language.ts";

/** What goes on by itself for a connection, each with the way to where it is changed. */
export function ConnectionFacts({ connection }: { connection: Connection }): JSX.Element {
  const { t, number } = useText();
  const { id, projects, schedule, nextRunAt, allowMode, pollSeconds, createdAt } = connection;
  const own = new URLSearchParams({ connection: id });
  const facts: (readonly [string, ComponentChildren])[] = [
    [
      t("connections.images"),
      <a key="images" href={`/images?${new URLSearchParams({ connectionId: id })}`}>
        {number(projects)}
      </a>,
    ],
    [
      t("nav.schedules"),
      <a key="schedule" href={`/schedules?${own}`}>
        {t(`schedules.kind.${schedule?.kind ?? "inherit"}`)}
      </a>,
    ],
    [t("connections.next"), nextRunAt ? <Time key="next" at={nextRunAt} /> : "–"],
    [
      t("nav.policy"),
      <a key="allow" href={`/allow-lists?${own}`}>
        {t(`allow.mode.${allowMode}`)}
      </a>,
    ],
    [
      t("connection.poll"),
      pollSeconds === null
        ? t("connection.poll.off")
        : t("connection.poll.minutes", { count: Math.round(pollSeconds / 60) }),
    ],
    [t("connection.token.created"), <Time key="created" at={createdAt} />],
  ];
  return (
    <section class="card" aria-label={t("connection.facts")}>
      <Facts facts={facts} />
    </section>
  );
}
