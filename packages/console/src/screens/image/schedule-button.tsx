import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../api/services.ts";
import type { Project, Schedule } from "../../api/types/index.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { useText } from "../../text/language.ts";
import { ScheduleForm } from "../schedules/schedule-form.tsx";

/** A timetable for this image alone. */
export function ScheduleButton({ project, onChange }: { project: Project; onChange(): void }): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const [isOpen, setIsOpen] = useState(false);
  const save = async (schedule: Schedule | null): Promise<void> => {
    await api.patch(`/projects/${project.id}`, { schedule });
    setIsOpen(false);
    onChange();
  };
  return (
    <>
      <button type="button" class="button" onClick={() => setIsOpen(true)}>
        {t(project.schedule ? `schedules.kind.${project.schedule.kind}` : "schedules.button")}
      </button>
      {isOpen && (
        <Dialog title={t("schedules.image")} onClose={() => setIsOpen(false)}>
          <ScheduleForm present={project.schedule} mayInherit save={save} />
        </Dialog>
      )}
    </>
  );
}
