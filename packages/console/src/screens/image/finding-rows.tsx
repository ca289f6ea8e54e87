import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Finding, Image } from "../../api/types/index.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { SeverityMark } from "../../parts/severity.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { shortDigest } from "../../text/format.ts";
import { type TextTools, useText } from "../../text/language.ts";
import { FindingDetail } from "./finding-detail.tsx";

export function FindingRows({ findings, image }: { findings: readonly Finding[]; image: Image }): JSX.Element {
  const text = useText();
  const [open, setOpen] = useState<Finding | undefined>(undefined);
  return (
    <>
      <Table
        caption={text.t("findings.title")}
        columns={findingColumns(text, setOpen)}
        rows={findings}
        keyOf={({ key }) => key}
      />
      {open && (
        <Dialog title={open.id} isWide onClose={() => setOpen(undefined)}>
          <FindingDetail finding={open} connectionId={image.connectionId} />
        </Dialog>
      )}
    </>
  );
}

function findingColumns({ t }: TextTools, open: (finding: Finding) => void): Column<Finding>[] {
  return [
    { head: t("finding.severity"), kind: "tight", cell: ({ severity }) => <SeverityMark severity={severity} /> },
    {
      head: t("finding.advisory"),
      cell: (finding) => (
        <>
          <button type="button" class="link" onClick={() => open(finding)}>
            {finding.id}
          </button>{" "}
          <FindingMarks finding={finding} />
        </>
      ),
    },
    { head: t("finding.package"), cell: (finding) => <PackageName of={finding.package} /> },
    { head: t("finding.installed"), cell: (finding) => <code>{finding.package.version}</code> },
    { head: t("finding.fixed"), cell: (finding) => <Fix finding={finding} /> },
    {
      head: t("finding.layer"),
      kind: "tight",
      cell: ({ layer }) => (layer ? <code title={layer}>{shortDigest(layer)}</code> : "–"),
    },
    {
      head: t("finding.since"),
      kind: "tight",
      cell: ({ isNew, since }) => (isNew ? <span class="new-mark">{t("images.new")}</span> : <Time at={since} age />),
    },
  ];
}

/** Namespaces that are the distribution's own name are left out. */
function PackageName({ of: { namespace, name, type } }: { of: Finding["package"] }): JSX.Element {
  const prefix = namespace && type !== "deb" && type !== "apk" ? `${namespace}/` : "";
  return (
    <>
      {prefix}
      {name} <span class="sub">{type}</span>
    </>
  );
}

function Fix({ finding: { fixedVersion, state } }: { finding: Finding }): JSX.Element {
  const { t } = useText();
  if (fixedVersion) return <code>{fixedVersion}</code>;
  return <span class="soft">{t(`finding.state.${state}`)}</span>;
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
