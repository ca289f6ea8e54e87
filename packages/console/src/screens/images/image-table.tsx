import type { JSX } from "preact";
import type { Project } from "../../api/types/index.ts";
import { RegistryBadge } from "../../parts/registry-name.tsx";
import { SeverityCounts } from "../../parts/severity.tsx";
import { StateMark } from "../../parts/state-mark.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { type TextTools, useText } from "../../text/language.ts";

export function ImageTable({ projects }: { projects: readonly Project[] }): JSX.Element {
  const text = useText();
  return <Table caption={text.t("images.title")} columns={imageColumns(text)} rows={projects} keyOf={({ id }) => id} />;
}

function imageColumns({ t, number }: TextTools): Column<Project>[] {
  return [
    { head: t("images.image"), kind: "title", cell: (project) => <Name project={project} /> },
    {
      head: t("images.state"),
      cell: ({ state, error }) => (
        <>
          <StateMark state={state} />
          {error && <code class="sub">{error.code}</code>}
        </>
      ),
    },
    { head: t("images.findings"), cell: ({ totals }) => <SeverityCounts totals={totals} /> },
    {
      head: t("severity.fixable"),
      kind: "number",
      cell: ({ totals }) => (totals.remaining ? number(totals.remaining.fixable) : "–"),
    },
    {
      head: t("images.packages"),
      kind: "number",
      cell: ({ packages }) => (packages === null ? "–" : number(packages)),
    },
    { head: t("images.signature"), cell: ({ isSigned }) => <Signature isSigned={isSigned} /> },
    { head: t("images.scanned"), kind: "tight", cell: ({ scannedAt }) => <Time at={scannedAt} age /> },
  ];
}

function Name({ project }: { project: Project }): JSX.Element {
  const { t } = useText();
  return (
    <span class="with-badge">
      <RegistryBadge type={project.registryType} />
      <span>
        <a class="row-link" href={`/images/${project.id}`}>
          {imageName(project.repository, project.reference)}
        </a>{" "}
        {project.isNew && <span class="new-mark">{t("images.new")}</span>}
        <span class="sub">
          {project.connectionName}
          {project.operatingSystem && ` · ${project.operatingSystem}`}
        </span>
      </span>
    </span>
  );
}

/** Whether a signature is there. It was not verified. */
export function Signature({ isSigned }: { isSigned: boolean | null }): JSX.Element {
  const { t } = useText();
  if (isSigned === null) return <span class="soft">–</span>;
  return isSigned ? <span>{t("images.signed")}</span> : <span class="soft">{t("images.unsigned")}</span>;
}

/** `repository:tag`, or `repository@digest` in short. */
export function imageName(repository: string, reference: string): string {
  const [algorithm, hex] = reference.split(":");
  return hex === undefined ? `${repository}:${reference}` : `${repository}@${algorithm}:${hex.slice(0, 12)}…`;
}
