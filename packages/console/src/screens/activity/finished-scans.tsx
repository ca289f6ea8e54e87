import type { JSX } from "preact";
import type { Scan } from "../../api/types/index.ts";
import { StateMark } from "../../parts/state-mark.tsx";
import { Time } from "../../parts/time.tsx";
import { useText } from "../../text/language.ts";
import { imageName } from "../images/image-table.tsx";

export function FinishedScans({ scans }: { scans: readonly Scan[] }): JSX.Element {
  const { t } = useText();
  return (
    <div class="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">{t("images.image")}</th>
            <th scope="col">{t("import.outcome")}</th>
            <th scope="col">{t("activity.trigger")}</th>
            <th scope="col" class="number">
              {t("import.seconds")}
            </th>
            <th scope="col">{t("activity.finished")}</th>
          </tr>
        </thead>
        <tbody>
          {scans.map((scan) => (
            <Row key={scan.id} scan={scan} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ scan }: { scan: Scan }): JSX.Element {
  const { t, seconds } = useText();
  return (
    <tr>
      <td>
        <a class="row-link" href={`/images/${scan.projectId}`}>
          {imageName(scan.repository, scan.reference)}
        </a>
      </td>
      <td data-label={t("import.outcome")}>
        <StateMark state={scan.state} />
        {scan.error && (
          <span class="sub">
            <code>{scan.error.code}</code> {scan.error.message}
          </span>
        )}
      </td>
      <td data-label={t("activity.trigger")}>{t(`trigger.${scan.trigger}`)}</td>
      <td data-label={t("import.seconds")} class="number">
        {scan.seconds === null ? "–" : seconds(scan.seconds)}
      </td>
      <td data-label={t("activity.finished")} class="tight">
        <Time at={scan.finishedAt} age />
      </td>
    </tr>
  );
}
