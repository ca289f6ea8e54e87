import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Finding, Image } from "../../api/types/index.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { SeverityMark } from "../../parts/severity.tsx";
import { Time } from "../../parts/time.tsx";
import { shortDigest } from "../../text/format.ts";
import { useText } from "../../text/language.ts";
import { FindingDetail } from "./finding-detail.tsx";

export function FindingRows({ findings, image }: { findings: readonly Finding[]; image: Image }): JSX.Element {
  const { t } = useText();
  const [open, setOpen] = useState<Finding | undefined>(undefined);
  return (
    <>
      <div class="table-frame">
        <table>
          <thead>
            <tr>
              <th scope="col">{t("finding.severity")}</th>
              <th scope="col">{t("finding.advisory")}</th>
              <th scope="col">{t("finding.package")}</th>
              <th scope="col">{t("finding.installed")}</th>
              <th scope="col">{t("finding.fixed")}</th>
              <th scope="col">{t("finding.layer")}</th>
              <th scope="col">{t("finding.since")}</th>
            </tr>
          </thead>
          <tbody>
            {findings.map((finding) => (
              <FindingRow key={finding.key} finding={finding} onOpen={() => setOpen(finding)} />
            ))}
          </tbody>
        </table>
      </div>
      {open && (
        <Dialog title={open.id} isWide onClose={() => setOpen(undefined)}>
          <FindingDetail finding={open} connectionId={image.connectionId} />
        </Dialog>
      )}
    </>
  );
}

function FindingRow({ finding, onOpen }: { finding: Finding; onOpen(): void }): JSX.Element {
  const { t } = useText();
  return (
    <tr>
      <td data-label={t("finding.severity")} class="tight">
        <SeverityMark severity={finding.severity} />
      </td>
      <td data-label={t("finding.advisory")}>
        <button type="button" class="link" onClick={onOpen}>
          {finding.id}
        </button>
        <FindingMarks finding={finding} />
      </td>
      <td data-label={t("finding.package")}>
        {finding.package.namespace && finding.package.type !== "deb" && finding.package.type !== "apk"
          ? `${finding.package.namespace}/`
          : ""}
        {finding.package.name} <span class="sub">{finding.package.type}</span>
      </td>
      <td data-label={t("finding.installed")}>
        <code>{finding.package.version}</code>
      </td>
      <td data-label={t("finding.fixed")}>
        {finding.fixedVersion ? (
          <code>{finding.fixedVersion}</code>
        ) : (
          <span class="soft">{t(`finding.state.${finding.state}`)}</span>
        )}
      </td>
      <td data-label={t("finding.layer")} class="tight">
        {finding.layer ? <code title={finding.layer}>{shortDigest(finding.layer)}</code> : "–"}
      </td>
      <td data-label={t("finding.since")} class="tight">
        {finding.isNew ? <span class="new-mark">{t("images.new")}</span> : <Time at={finding.since} age />}
      </td>
    </tr>
  );
}

function FindingMarks({ finding }: { finding: Finding }): JSX.Element {
  const { t } = useText();
  return (
    <span class="marks">
      {finding.isKnownExploited && <span class="tag-mark alarm">{t("finding.known")}</span>}
      {finding.kind !== "vulnerability" && <span class="tag-mark">{t(`finding.${finding.kind}`)}</span>}
      {finding.allowed && (
        <span class="tag-mark" title={finding.allowed.reason}>
          {t("finding.allowed")}
        </span>
      )}
      {finding.isLowConfidence && <span class="tag-mark">{t("finding.lowConfidence")}</span>}
    </span>
  );
}
