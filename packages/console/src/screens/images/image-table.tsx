import type { JSX } from "preact";
import type { Project } from "../../api/types/index.ts";
import { RegistryBadge } from "../../parts/registry-name.tsx";
import { SeverityCounts } from "../../parts/severity.tsx";
import { StateMark } from "../../parts/state-mark.tsx";
import { Time } from "../../parts/time.tsx";
import { useText } from "../../text/language.ts";

export function ImageTable({ projects }: { projects: readonly Project[] }): JSX.Element {
  const { t } = useText();
  return (
    <div class="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">{t("images.image")}</th>
            <th scope="col">{t("images.state")}</th>
            <th scope="col">{t("images.findings")}</th>
            <th scope="col" class="number">
              {t("severity.fixable")}
            </th>
            <th scope="col" class="number">
              {t("images.packages")}
            </th>
            <th scope="col">{t("images.signature")}</th>
            <th scope="col">{t("images.scanned")}</th>
          </tr>
        </thead>
        <tbody>
          {projects.map((project) => (
            <ImageRow key={project.id} project={project} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ImageRow({ project }: { project: Project }): JSX.Element {
  const { t, number } = useText();
  const { totals } = project;
  return (
    <tr>
      <td>
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
      </td>
      <td data-label={t("images.state")}>
        <StateMark state={project.state} />
        {project.error && <code class="sub">{project.error.code}</code>}
      </td>
      <td data-label={t("images.findings")}>
        <SeverityCounts totals={totals} />
      </td>
      <td data-label={t("severity.fixable")} class="number">
        {totals.remaining ? number(totals.remaining.fixable) : "–"}
      </td>
      <td data-label={t("images.packages")} class="number">
        {project.packages === null ? "–" : number(project.packages)}
      </td>
      <td data-label={t("images.signature")}>
        <Signature isSigned={project.isSigned} />
      </td>
      <td data-label={t("images.scanned")} class="tight">
        <Time at={project.scannedAt} age />
      </td>
    </tr>
  );
}

function Signature({ isSigned }: { isSigned: boolean | null }): JSX.Element {
  const { t } = useText();
  if (isSigned === null) return <span class="soft">–</span>;
  return isSigned ? <span>{t("images.signed")}</span> : <span class="soft">{t("images.unsigned")}</span>;
}

/** `repository:tag`, or `repository@digest` in short. */
export function imageName(repository: string, reference: string): string {
  const [algorithm, hex] = reference.split(":");
  return hex === undefined ? `${repository}:${reference}` : `${repository}@${algorithm}:${hex.slice(0, 12)}…`;
}
