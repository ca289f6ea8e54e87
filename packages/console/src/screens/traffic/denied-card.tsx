import type { JSX } from "preact";
import type { DeniedCalls } from "../../api/types/index.ts";
import { CallRule } from "../../parts/call-rule.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { type TextTools, useText } from "../../text/language.ts";
import { CallName } from "./call-name.tsx";

/** Calls that a rule refused, equal ones together. */
export function DeniedCard({ denied }: { denied: readonly DeniedCalls[] }): JSX.Element {
  const text = useText();
  const { t } = text;
  return (
    <section class="stack tight-stack" aria-labelledby="denied-title">
      <div>
        <h2 id="denied-title">{t("traffic.denied")}</h2>
        <p class="soft">{t("traffic.denied.hint")}</p>
      </div>
      <Table
        caption={t("traffic.denied")}
        columns={deniedColumns(text)}
        rows={denied}
        keyOf={({ connectionId, direction, method, path }) => `${connectionId} ${direction} ${method} ${path}`}
      />
    </section>
  );
}

function deniedColumns({ t, number }: TextTools): Column<DeniedCalls>[] {
  return [
    { head: t("traffic.call"), kind: "title", cell: (call) => <CallName call={call} /> },
    {
      head: t("traffic.rule.nearest"),
      cell: ({ nearest }) => (nearest ? <CallRule rule={nearest} /> : <span class="soft">–</span>),
    },
    { head: t("traffic.denied.count"), kind: "number", cell: ({ count }) => number(count) },
    { head: t("traffic.denied.last"), kind: "tight", cell: ({ lastAt }) => <Time at={lastAt} age /> },
  ];
}
