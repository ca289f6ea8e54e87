import type { JSX } from "preact";
import type { Scan } from "../../api/types/index.ts";
import { StateMark } from "../../parts/state-mark.tsx";
import { useText } from "../../text/language.ts";
import { imageName } from "../images/image-table.tsx";

/** A row for each image: outcome, code, bytes, seconds, what to do next. */
export function ImportLog({ scans }: { scans: readonly Scan[] }): JSX.Element {
  const { t } = useText();
  return (
    <div class="table-frame">
      <table>
        <caption class="visually-hidden">{t("import.log")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("images.image")}</th>
            <th scope="col">{t("import.outcome")}</th>
            <th scope="col" class="number">
              {t("import.bytes")}
            </th>
            <th scope="col" class="number">
              {t("import.seconds")}
            </th>
            <th scope="col">{t("import.next")}</th>
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
  const { t, bytes, seconds } = useText();
  const size = scan.bytesFetched ?? (scan.bytesDone > 0 ? scan.bytesDone : null);
  return (
    <tr>
      <td>
        <a class="row-link" href={`/images/${scan.projectId}`}>
          {imageName(scan.repository, scan.reference)}
        </a>
      </td>
      <td data-label={t("import.outcome")}>
        <StateMark state={scan.state} />
        {scan.phase && scan.state === "Scanning" && <span class="sub">{t(`phase.${scan.phase}`)}</span>}
        {scan.error && <code class="sub">{scan.error.code}</code>}
      </td>
      <td data-label={t("import.bytes")} class="number">
        {size === null ? "–" : bytes(size)}
      </td>
      <td data-label={t("import.seconds")} class="number">
        {scan.seconds === null ? "–" : seconds(scan.seconds)}
      </td>
      <td data-label={t("import.next")}>
        {scan.error ? (
          <>
            {scan.error.message}
            {scan.error.action && <span class="sub">{scan.error.action}</span>}
          </>
        ) : (
          <span class="soft">–</span>
        )}
      </td>
    </tr>
  );
}
