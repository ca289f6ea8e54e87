import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useMay, useServices } from "../../api/services.ts";
import type { Connection, Page, Schedule, Schedules } from "../../api/types/index.ts";
import { type Resource, useResource } from "../../api/use-resource.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Loading } from "../../parts/empty.tsx";
import { Choice } from "../../parts/field.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Screen } from "../../parts/screen.tsx";
import { useText } from "../../text/language.ts";
import { NextRuns } from "./next-runs.tsx";
import { OverridesCard } from "./overrides-card.tsx";
import { ScheduleForm } from "./schedule-form.tsx";

export function SchedulesScreen(): JSX.Element {
  const { t } = useText();
  const mayManage = useMay("admin");
  const schedules = useResource<Schedules>("/schedules", ["connection", "project"]);
  return (
    <Screen title={t("schedules.title")} lead={t("schedules.lead")}>
      <ProblemNote problem={schedules.problem} retry={schedules.reload} />
      {schedules.isLoading && <Loading />}
      {schedules.data && (
        <div class="stack">
          <div class="columns">
            <OrganisationCard schedules={schedules} mayManage={mayManage} />
            {mayManage && <ConnectionCard onSaved={schedules.reload} />}
          </div>
          <OverridesCard overrides={schedules.data.overrides} />
        </div>
      )}
    </Screen>
  );
}

function OrganisationCard({
  schedules,
  mayManage,
}: {
  schedules: Resource<Schedules>;
  mayManage: boolean;
}): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const organisation = schedules.data?.organisation;
  const save = async (schedule: Schedule | null): Promise<void> => {
    await api.put("/schedules/organisation", schedule);
    schedules.reload();
  };
  return (
    <section class="card">
      <h2>{t("schedules.organisation")}</h2>
      {mayManage && organisation && <ScheduleForm present={organisation.schedule} mayInherit={false} save={save} />}
      {!mayManage && organisation && (
        <>
          <p>{t(`schedules.kind.${organisation.schedule.kind}`)}</p>
          <NextRuns runs={organisation.nextRuns} />
        </>
      )}
    </section>
  );
}

function ConnectionCard({ onSaved }: { onSaved(): void }): JSX.Element | null {
  const { t } = useText();
  const { api } = useServices();
  const connections = useResource<Page<Connection>>("/connections?limit=500", ["connection"]);
  const { query } = useNavigation();
  const [id, setId] = useState(query.get("connection") ?? undefined);
  const items = connections.data?.items ?? [];
  const chosen = items.find((one) => one.id === id) ?? items[0];
  if (!chosen) return null;
  const save = async (schedule: Schedule | null): Promise<void> => {
    await api.patch(`/connections/${chosen.id}`, { schedule });
    connections.reload();
    onSaved();
  };
  return (
    <section class="card stack">
      <h2>{t("schedules.add")}</h2>
      {items.length === 1 ? (
        <p>{chosen.name}</p>
      ) : (
        <Choice
          label={t("images.connection")}
          value={chosen.id}
          options={items.map((one) => [one.id, one.name])}
          onValue={setId}
        />
      )}
      <ScheduleForm key={chosen.id} present={chosen.schedule} mayInherit save={save} />
    </section>
  );
}
