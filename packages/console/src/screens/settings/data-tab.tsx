import type { JSX } from "preact";
import { useMay } from "../../api/services.ts";
import type { AdvisoryStatus } from "../../api/types/index.ts";
import { useResource } from "../../api/use-resource.ts";
import { Loading } from "../../parts/empty.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Table } from "../../parts/table.tsx";
import { useText } from "../../text/language.ts";
import { AdvisoriesCard } from "../overview/advisories-card.tsx";
import { BundleForm } from "./bundle-form.tsx";

/** What the advisories hold, by ecosystem and distribution. */
export function DataTab(): JSX.Element {
  const { t, number } = useText();
  const mayManage = useMay("admin");
  const status = useResource<AdvisoryStatus>("/advisories", ["advisories"]);
  if (!status.data)
    return status.problem ? <ProblemNote problem={status.problem} retry={status.reload} /> : <Loading />;
  return (
    <div class="stack">
      <AdvisoriesCard status={status.data} onChange={status.reload} />
      {mayManage && <BundleForm onTaken={status.reload} />}
      <Table
        caption={t("advisories.ecosystem")}
        columns={[
          { head: t("advisories.ecosystem"), kind: "title", cell: ({ name }) => name },
          { head: t("advisories.records"), kind: "number", cell: ({ records }) => number(records) },
        ]}
        rows={status.data.ecosystems}
        keyOf={({ name }) => name}
      />
    </div>
  );
}
