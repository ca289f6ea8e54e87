import type { JSX } from "preact";
import type { FindingSummary } from "../../api/types/index.ts";
import { SeverityMark } from "../../parts/severity.tsx";
import { shortDigest } from "../../text/format.ts";
import { useText } from "../../text/language.ts";

export function FindingSummaries({ findings }: { findings: readonly FindingSummary[] }): JSX.Element {
  const { t } = useText();
  return (
    <div class="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">{t("finding.severity")}</th>
            <th scope="col">{t("finding.advisory")}</th>
            <th scope="col">{t("finding.package")}</th>
            <th scope="col">{t("finding.installed")}</th>
            <th scope="col">{t("finding.fixed")}</th>
            <th scope="col">{t("images.image")}</th>
          </tr>
        </thead>
        <tbody>
          {findings.map((finding) => (
            <Row key={`${finding.imageId} ${finding.id} ${finding.package.purl}`} finding={finding} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ finding }: { finding: FindingSummary }): JSX.Element {
  const { t } = useText();
  const images = new URLSearchParams({ connectionId: finding.connectionId, repository: finding.repository });
  return (
    <tr>
      <td data-label={t("finding.severity")} class="tight">
        <SeverityMark severity={finding.severity} />
      </td>
      <td data-label={t("finding.advisory")}>
        <a href={`/findings?${new URLSearchParams({ advisory: finding.id })}`}>{finding.id}</a>
        {finding.isKnownExploited && <span class="tag-mark alarm">{t("finding.known")}</span>}
      </td>
      <td data-label={t("finding.package")}>
        <a href={`/findings?${new URLSearchParams({ package: finding.package.name })}`}>{finding.package.name}</a>
      </td>
      <td data-label={t("finding.installed")}>
        <code>{finding.package.version}</code>
      </td>
      <td data-label={t("finding.fixed")}>
        {finding.fixedVersion ? <code>{finding.fixedVersion}</code> : <span class="soft">{t("finding.noFix")}</span>}
      </td>
      <td data-label={t("images.image")}>
        <a class="row-link" href={`/images?${images}`}>
          {finding.repository}
        </a>{" "}
        <code class="soft" title={finding.digest}>
          {shortDigest(finding.digest)}
        </code>
      </td>
    </tr>
  );
}
