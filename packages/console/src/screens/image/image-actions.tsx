import type { JSX } from "preact";
import { apiUrl } from "../../api/client.ts";
import { useMay, useServices } from "../../api/services.ts";
import type { Project } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { Icon } from "../../parts/icons.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { useClosing } from "../../parts/use-closing.ts";
import { useText } from "../../text/language.ts";
import { imageName } from "../images/image-table.tsx";
import { ScheduleButton } from "./schedule-button.tsx";

interface ImageActionsProps {
  readonly project: Project;
  readonly imageId: string | null;
  onChange(): void;
}

export function ImageActions({ project, imageId, onChange }: ImageActionsProps): JSX.Element {
  const { t } = useText();
  const { api, say } = useServices();
  const { go } = useNavigation();
  const mayScan = useMay("member");
  const scan = useAction(async () => {
    await api.post(`/projects/${project.id}/scan`);
    say(t("image.queued"));
    onChange();
  });
  const stop = useAction(async () => {
    await api.post(`/scans/${project.activeScanId}/stop`);
    onChange();
  });
  const remove = async (): Promise<void> => {
    await api.remove(`/projects/${project.id}`);
    go("/images");
  };
  const name = imageName(project.repository, project.reference);
  return (
    <>
      <ProblemNote problem={scan.problem ?? stop.problem} />
      {imageId && <ExportMenu imageId={imageId} />}
      {mayScan && <ScheduleButton project={project} onChange={onChange} />}
      {mayScan && (
        <Confirm
          label={t("image.remove")}
          title={t("image.remove.ask", { name })}
          hint={t("image.remove.hint")}
          work={remove}
        />
      )}
      {mayScan && project.activeScanId && (
        <button type="button" class="button" disabled={stop.isRunning} onClick={() => stop.run()}>
          {t("image.stop")}
        </button>
      )}
      {mayScan && !project.activeScanId && (
        <button type="button" class="button primary" disabled={scan.isRunning} onClick={() => scan.run()}>
          {t("image.scan")}
        </button>
      )}
    </>
  );
}

const FORMATS = [
  ["csv", "CSV"],
  ["json", "JSON"],
  ["sarif", "SARIF"],
  ["cyclonedx", "CycloneDX"],
  ["spdx", "SPDX"],
] as const;

function ExportMenu({ imageId }: { imageId: string }): JSX.Element {
  const { t } = useText();
  const menu = useClosing();
  return (
    <details ref={menu} class="facet menu">
      <summary class="button">
        {t("common.export")}
        <Icon name="chevron" />
      </summary>
      <ul>
        {FORMATS.map(([format, label]) => (
          <li key={format}>
            <a download href={apiUrl(`/images/${imageId}/export`, { format })}>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}
