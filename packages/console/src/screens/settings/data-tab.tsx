import type { JSX } from "preact";
import type { AdvisoryStatus } from "../../api/types/index.ts";
import { useResource } from "../../api/use-resource.ts";
import { Loading } from "../../parts/empty.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { useText } from "../../text/language.ts";
import { AdvisoriesCard } from "../overview/advisories-card.tsx";

/** What the advisories hold, by ecosystem and distribution. */
export function DataTab(): JSX.Element {
  const { t, number } = useText();
  const status = useResource<AdvisoryStatus>("/advisories", ["advisories"]);
  if (!status.data)
    return status.problem ? <ProblemNote problem={status.problem} retry={status.reload} /> : <Loading />;
  return (
    <div class="stack">
      <AdvisoriesCard status={status.data} onChange={status.reload} />
      <div class="table-frame">
        <table>
          <thead>
            <tr>
              <th scope="col">{t("advisories.ecosystem")}</th>
              <th scope="col" class="number">
                {t("advisories.records")}
              </th>
            </tr>
          </thead>
          <tbody>
            {status.data.ecosystems.map(({ name, records }) => (
              <tr key={name}>
                <td>{name}</td>
                <td data-label={t("advisories.records")} class="number">
                  {number(records)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
