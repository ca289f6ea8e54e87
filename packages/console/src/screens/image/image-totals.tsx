import type { JSX } from "preact";
import { type Counts, SEVERITIES, type Totals } from "../../api/types/index.ts";
import { SeverityShape } from "../../parts/severity.tsx";
import { useText } from "../../text/language.ts";

const ALWAYS = ["critical", "high", "medium", "low"] as const;

/** Totals per severity: what remains, and what was found when the allow list hides some of it. */
export function ImageTotals({ totals }: { totals: Totals }): JSX.Element {
  const { t } = useText();
  const { remaining, found } = totals;
  if (!remaining || !found) {
    return (
      <div class="note warn">
        <div>
          <p class="note-title">{t("finding.noData")}</p>
          <p>{t("finding.noData.hint")}</p>
        </div>
      </div>
    );
  }
  const shown = SEVERITIES.filter((severity) => ALWAYS.some((one) => one === severity) || found[severity] > 0);
  return (
    <section class="totals" aria-label={t("image.remaining")}>
      {shown.map((severity) => (
        <div key={severity} class="total">
          <span class="total-name">
            <SeverityShape severity={severity} />
            {t(`severity.${severity}`)}
          </span>
          <TotalValue remaining={remaining} found={found} name={severity} />
        </div>
      ))}
      <div class="total">
        <span class="total-name">{t("severity.fixable")}</span>
        <TotalValue remaining={remaining} found={found} name="fixable" />
      </div>
    </section>
  );
}

function TotalValue({ remaining, found, name }: { remaining: Counts; found: Counts; name: keyof Counts }): JSX.Element {
  const { t, number } = useText();
  return (
    <>
      <span class="total-value">{number(remaining[name])}</span>
      {found[name] !== remaining[name] && (
        <span class="total-note">{t("image.found.hint", { count: found[name] })}</span>
      )}
    </>
  );
}
