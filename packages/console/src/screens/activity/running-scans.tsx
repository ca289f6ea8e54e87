import type { JSX } from "preact";
import { useMay, useServices } from "../../api/services.ts";
import type { Scan } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { useText } from "../../text/language.ts";
import { ScanProgress } from "../image/scan-bar.tsx";
import { imageName } from "../images/image-table.tsx";

interface RunningScansProps {
  readonly scans: readonly Scan[];
  onStopped(): void;
}

export function RunningScans({ scans, onStopped }: RunningScansProps): JSX.Element {
  const { t } = useText();
  return (
    <div class="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">{t("images.image")}</th>
            <th scope="col">{t("imports.progress")}</th>
            <th scope="col" class="number">
              {t("activity.age")}
            </th>
            <th scope="col">{t("activity.worker")}</th>
            <th scope="col">
              <span class="visually-hidden">{t("common.actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {scans.map((scan) => (
            <Row key={scan.id} scan={scan} onStopped={onStopped} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ scan, onStopped }: { scan: Scan; onStopped(): void }): JSX.Element {
  const { t, seconds } = useText();
  const { api } = useServices();
  const mayStop = useMay("member");
  const stop = useAction(async () => {
    await api.post(`/scans/${scan.id}/stop`);
    onStopped();
  });
  return (
    <tr>
      <td>
        <a class="row-link" href={`/images/${scan.projectId}`}>
          {imageName(scan.repository, scan.reference)}
        </a>
        <span class="sub">
          {t("activity.trigger")}: {t(`trigger.${scan.trigger}`)}
          {scan.attempt > 1 && ` · ${t("activity.attempt", { count: scan.attempt })}`}
        </span>
      </td>
      <td data-label={t("imports.progress")} class="wide">
        <ScanProgress scan={scan} />
        <ProblemNote problem={stop.problem} />
      </td>
      <td data-label={t("activity.age")} class="number">
        {seconds(scan.seconds ?? (Date.now() - Date.parse(scan.queuedAt)) / 1_000)}
      </td>
      <td data-label={t("activity.worker")}>
        {scan.worker ? <code>{scan.worker}</code> : "–"}{" "}
        {scan.isStuck && <span class="tag-mark alarm">{t("activity.stuck")}</span>}
      </td>
      <td class="tight">
        {mayStop && (
          <button type="button" class="button small" disabled={stop.isRunning} onClick={() => stop.run()}>
            {t("image.stop")}
            <span class="visually-hidden"> {imageName(scan.repository, scan.reference)}</span>
          </button>
        )}
      </td>
    </tr>
  );
}
