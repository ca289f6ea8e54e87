import type { JSX } from "preact";
import type { Overview } from "../../api/types/index.ts";
import { SeverityCount } from "../../parts/severity.tsx";
import { useText } from "../../text/language.ts";
import { imageName } from "../images/image-table.tsx";

export function NewThisWeek({ rows }: { rows: Overview["newThisWeek"] }): JSX.Element {
  const { t } = useText();
  const serious = rows.filter(({ critical, high }) => critical + high > 0);
  return (
    <section class="card">
      <h2>{t("overview.newThisWeek")}</h2>
      {serious.length === 0 && <p class="soft">{t("overview.newThisWeek.none")}</p>}
      <ul class="plain-list rows">
        {serious.map((row) => (
          <li key={row.projectId}>
            <a class="row-link" href={`/images/${row.projectId}`}>
              {imageName(row.repository, row.reference)}
            </a>
            <span class="counts">
              <SeverityCount severity="critical" count={row.critical} />
              <SeverityCount severity="high" count={row.high} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
