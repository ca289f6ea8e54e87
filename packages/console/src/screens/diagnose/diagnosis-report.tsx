import type { JSX } from "preact";
import { DIAGNOSIS_PARTS, type Diagnosis, type DiagnosisRow, HOPS } from "../../api/types/index.ts";
import { Icon, type IconName } from "../../parts/icons.tsx";
import { Time } from "../../parts/time.tsx";
import { type TextTools, useText } from "../../text/language.ts";
import { worstOf } from "./worst.ts";

const ICONS: Record<DiagnosisRow["verdict"], IconName> = {
  pass: "check",
  warn: "warn",
  fail: "cross",
  skipped: "skip",
};

/** The way from the server to the registry, part by part, with everything that was seen on it. */
export function DiagnosisReport({ diagnosis: { ok, rows, at } }: { diagnosis: Diagnosis }): JSX.Element {
  const text = useText();
  const { t } = text;
  const failed = rows.find(({ verdict }) => verdict === "fail");
  return (
    <div class="stack">
      <ol class="way" aria-label={t("diagnose.way")}>
        {DIAGNOSIS_PARTS.map((part) => (
          <WayPart key={part} part={part} verdict={worstOf(rows.filter((row) => row.part === part))} />
        ))}
      </ol>
      {ok ? (
        <p class="clean">{t("diagnose.ok")}</p>
      ) : (
        failed && (
          <p class="fault">
            {t("diagnose.failed", { part: t(`diagnose.part.${failed.part}`), hop: nameOf(failed, text) })}
          </p>
        )
      )}
      <div class="columns narrow-columns">
        {DIAGNOSIS_PARTS.map((part) => (
          <PartCard key={part} part={part} rows={rows.filter((row) => row.part === part)} />
        ))}
      </div>
      <p class="soft small-text">
        <Time at={at} />
      </p>
    </div>
  );
}

type Part = DiagnosisRow["part"];

function WayPart({ part, verdict }: { part: Part; verdict: DiagnosisRow["verdict"] }): JSX.Element {
  const { t } = useText();
  return (
    <li class={`hop ${verdict}`}>
      <Icon name={ICONS[verdict]} />
      <strong>{t(`diagnose.part.${part}`)}</strong>
      <span class="visually-hidden">{t(`check.verdict.${verdict}`)}</span>
    </li>
  );
}

function PartCard({ part, rows }: { part: Part; rows: readonly DiagnosisRow[] }): JSX.Element {
  const { t } = useText();
  return (
    <section class="card" aria-labelledby={`part-${part}`}>
      <h2 id={`part-${part}`}>{t(`diagnose.part.${part}`)}</h2>
      <ol class="hops">
        {rows.map((row, index) => (
          <Row key={`${row.check} ${index}`} row={row} />
        ))}
      </ol>
    </section>
  );
}

function Row({ row }: { row: DiagnosisRow }): JSX.Element {
  const text = useText();
  const { t, heard, number } = text;
  const { verdict, durationMs, fact, code, likely, action } = row;
  return (
    <li class={`hop finding ${verdict}`}>
      <Icon name={ICONS[verdict]} />
      <strong>{nameOf(row, text)}</strong>
      <span class="soft">
        <span class="visually-hidden">{t(`check.verdict.${verdict}`)} </span>
        {durationMs !== null && `${number(Math.round(durationMs))} ms`}
      </span>
      <div class="fact">
        {code && <code>{code}</code>} {fact && heard(fact)}
        {likely && (
          <p>
            {t("problem.likely")}: {heard(likely)}
          </p>
        )}
        {action && (
          <p>
            {t("problem.action")}: {heard(action)}
          </p>
        )}
      </div>
    </li>
  );
}

/** The steps of the check engine have the names that they have everywhere. */
function nameOf({ check }: DiagnosisRow, { t }: TextTools): string {
  const step = HOPS.find((hop) => hop === check);
  return step ? t(`check.hop.${step}`) : t(`diagnose.check.${check as Exclude<typeof check, (typeof HOPS)[number]>}`);
}
