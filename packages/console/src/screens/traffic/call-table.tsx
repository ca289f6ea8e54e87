import type { JSX } from "preact";
import type { BrokeredCall } from "../../api/types/index.ts";
import { CallRule } from "../../parts/call-rule.tsx";
import { Icon, type IconName } from "../../parts/icons.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { formatUtc } from "../../text/format.ts";
import { type TextTools, useText } from "../../text/language.ts";
import { CallName } from "./call-name.tsx";

/** Each call with its rule, answer, time and size. */
export function CallTable({ calls }: { calls: readonly BrokeredCall[] }): JSX.Element {
  const text = useText();
  return <Table caption={text.t("traffic.calls")} columns={callColumns(text)} rows={calls} keyOf={({ id }) => id} />;
}

function callColumns(text: TextTools): Column<BrokeredCall>[] {
  const { t, bytes, seconds } = text;
  const size = (count: number | null): string => (count === null ? "–" : bytes(count));
  return [
    { head: t("traffic.call"), kind: "title", cell: (call) => <CallName call={call} /> },
    { head: t("traffic.outcome"), cell: (call) => <Outcome call={call} /> },
    { head: t("traffic.rule"), kind: "wide", cell: (call) => <Rule call={call} /> },
    { head: t("traffic.took"), kind: "number", cell: ({ durationMs }) => took(durationMs, text, seconds) },
    {
      head: t("traffic.bytes"),
      kind: "tight",
      cell: ({ requestBytes, responseBytes }) => `${size(requestBytes)} / ${size(responseBytes)}`,
    },
    { head: t("traffic.time"), kind: "tight", cell: ({ at }) => <Clock at={at} /> },
  ];
}

function took(durationMs: number, { number }: TextTools, seconds: (value: number) => string): string {
  return durationMs < 1_000 ? `${number(Math.round(durationMs))} ms` : seconds(durationMs / 1_000);
}

const MARKS: Record<BrokeredCall["outcome"], readonly [icon: IconName, className: string]> = {
  answered: ["check", "Complete"],
  denied: ["pause", "warn"],
  failed: ["cross", "Failed"],
};

function Outcome({ call: { outcome, status, code } }: { call: BrokeredCall }): JSX.Element {
  const { t } = useText();
  const [icon, className] = MARKS[outcome];
  return (
    <>
      <span class={`state-mark ${className}`}>
        <Icon name={icon} />
        {t(`traffic.outcome.${outcome}`)} {status}
      </span>
      {code && <code class="sub">{code}</code>}
    </>
  );
}

function Rule({ call: { rule, nearest } }: { call: BrokeredCall }): JSX.Element {
  const { t } = useText();
  if (rule) return <CallRule rule={rule} />;
  if (!nearest) return <span class="soft">{t("traffic.rule.unknown")}</span>;
  return (
    <>
      <span class="sub">{t("traffic.rule.nearest")}</span>
      <CallRule rule={nearest} />
    </>
  );
}

/** To the second: calls follow each other quickly. */
function Clock({ at }: { at: string }): JSX.Element {
  const { language } = useText();
  const text = new Intl.DateTimeFormat(language, { timeStyle: "medium" }).format(new Date(at));
  return (
    <time dateTime={at} title={formatUtc(at)}>
      {text}
    </time>
  );
}
