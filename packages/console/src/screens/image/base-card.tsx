import type { JSX } from "preact";
import type { BaseAdvice } from "../../api/types/index.ts";
import { SeverityCounts } from "../../parts/severity.tsx";
import { useText } from "../../text/language.ts";

export function BaseCard({ advice }: { advice: BaseAdvice }): JSX.Element {
  const { t } = useText();
  const { base } = advice;
  return (
    <section class="card stack">
      <div>
        <h2>{t("docker.base")}</h2>
        {base ? (
          <>
            <p>
              <strong>
                {base.repository}
                {base.references.length > 0 && `:${base.references.join(", ")}`}
              </strong>
            </p>
            <p class="soft">{t("docker.layers", { count: base.layers })}</p>
            <SeverityCounts totals={base.totals} />
          </>
        ) : (
          <p class="soft">{t("docker.base.none")}</p>
        )}
        {advice.from.length > 0 && (
          <p>
            FROM <code>{advice.from.join(", ")}</code>
          </p>
        )}
      </div>
      <Advice advice={advice} />
    </section>
  );
}

function Advice({ advice }: { advice: BaseAdvice }): JSX.Element {
  const { t, heard } = useText();
  return (
    <div>
      <h2>{t("docker.advice")}</h2>
      {advice.reason && <p class="soft">{heard(advice.reason)}</p>}
      <ul class="plain-list">
        {advice.advice.map((one) => (
          <li key={one.imageId}>
            <strong>
              {one.repository}:{one.reference}
            </strong>{" "}
            <SeverityCounts totals={one.totals} />
            <span class="sub">{t("docker.fewer", { critical: one.fewerCritical, high: one.fewerHigh })}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
