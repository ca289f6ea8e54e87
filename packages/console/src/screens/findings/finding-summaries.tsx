import type { JSX } from "preact";
import type { FindingSummary } from "../../api/types/index.ts";
import { SeverityMark } from "../../parts/severity.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { shortDigest } from "../../text/format.ts";
import { type TextTools, useText } from "../../text/language.ts";

export function FindingSummaries({ findings }: { findings: readonly FindingSummary[] }): JSX.Element {
  const text = useText();
  return (
    <Table
      caption={text.t("findings.title")}
      columns={summaryColumns(text)}
      rows={findings}
      keyOf={(finding) => `${finding.imageId} ${finding.id} ${finding.package.purl}`}
    />
  );
}

const search = (query: Record<string, string>): string => `/findings?${new URLSearchParams(query)}`;

function summaryColumns({ t }: TextTools): Column<FindingSummary>[] {
  return [
    { head: t("finding.severity"), kind: "tight", cell: ({ severity }) => <SeverityMark severity={severity} /> },
    {
      head: t("finding.advisory"),
      cell: ({ id, isKnownExploited }) => (
        <>
          <a href={search({ advisory: id })}>{id}</a>{" "}
          {isKnownExploited && <span class="tag-mark alarm">{t("finding.known")}</span>}
        </>
      ),
    },
    {
      head: t("finding.package"),
      cell: (finding) => <a href={search({ package: finding.package.name })}>{finding.package.name}</a>,
    },
    { head: t("finding.installed"), cell: (finding) => <code>{finding.package.version}</code> },
    {
      head: t("finding.fixed"),
      cell: ({ fixedVersion }) =>
        fixedVersion ? <code>{fixedVersion}</code> : <span class="soft">{t("finding.noFix")}</span>,
    },
    { head: t("images.image"), kind: "wide", cell: (finding) => <Image finding={finding} /> },
  ];
}

function Image({ finding: { connectionId, repository, digest } }: { finding: FindingSummary }): JSX.Element {
  return (
    <>
      <a class="row-link" href={`/images?${new URLSearchParams({ connectionId, repository })}`}>
        {repository}
      </a>{" "}
      <code class="soft" title={digest}>
        {shortDigest(digest)}
      </code>
    </>
  );
}
