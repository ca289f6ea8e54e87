import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { apiUrl } from "../../api/client.ts";
import { useServices } from "../../api/services.ts";
import type { Connection, Diagnosis, Page } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { useResource } from "../../api/use-resource.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Empty, Loading } from "../../parts/empty.tsx";
import { Choice } from "../../parts/field.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Screen } from "../../parts/screen.tsx";
import { useText } from "../../text/language.ts";
import { DiagnosisReport } from "./diagnosis-report.tsx";

/** The doctor from afar: where the way to a registry breaks, why, and a file for whoever is asked for help. */
export function DiagnoseScreen(): JSX.Element {
  const { t } = useText();
  const { query, refine } = useNavigation();
  const connections = useResource<Page<Connection>>("/connections?limit=500", ["connection"]);
  const items = connections.data?.items ?? [];
  const chosen = items.find(({ id }) => id === query.get("connection")) ?? items[0];
  return (
    <Screen title={t("diagnose.title")} lead={t("diagnose.lead")}>
      <ProblemNote problem={connections.problem} retry={connections.reload} />
      {connections.isLoading && <Loading />}
      {connections.data && !chosen && <Empty title={t("diagnose.none")} />}
      {chosen && (
        <div class="stack">
          <div class="narrow">
            {items.length === 1 ? (
              <h2>{chosen.name}</h2>
            ) : (
              <Choice
                label={t("images.connection")}
                value={chosen.id}
                options={items.map(({ id, name }) => [id, name])}
                onValue={(connection) => refine({ connection })}
              />
            )}
          </div>
          <DiagnosisOf key={chosen.id} connection={chosen} />
        </div>
      )}
    </Screen>
  );
}

function DiagnosisOf({ connection: { id } }: { connection: Connection }): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const [diagnosis, setDiagnosis] = useState<Diagnosis | undefined>(undefined);
  const run = useAction(async () => setDiagnosis(await api.post<Diagnosis>(`/connections/${id}/diagnosis`)));
  return (
    <>
      <section class="stack tight-stack">
        <div class="actions">
          <button type="button" class="button primary" disabled={run.isRunning} onClick={() => run.run()}>
            {t("diagnose.run")}
          </button>
          <a class="button" download href={apiUrl(`/connections/${id}/diagnosis/bundle`)}>
            {t("diagnose.bundle")}
          </a>
        </div>
        <p class="soft small-text">{t("diagnose.bundle.hint")}</p>
        <ProblemNote problem={run.problem} />
      </section>
      <div aria-live="polite">
        {run.isRunning && <p class="soft">{t("diagnose.running")}</p>}
        {!run.isRunning && diagnosis && <DiagnosisReport diagnosis={diagnosis} />}
        {!run.isRunning && !diagnosis && <p class="soft">{t("diagnose.idle")}</p>}
      </div>
    </>
  );
}
