import type { JSX } from "preact";
import type { HistoryRow, Project, Scan } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { Empty, Loading } from "../../parts/empty.tsx";
import { MoreButton } from "../../parts/more-button.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { SeverityCounts } from "../../parts/severity.tsx";
import { Time } from "../../parts/time.tsx";
import { shortDigest } from "../../text/format.ts";
import { useText } from "../../text/language.ts";
import { FinishedScans } from "../activity/finished-scans.tsx";

/** Which digest the tag named when. */
export function HistoryTab({ project }: { project: Project }): JSX.Element {
  return (
    <div class="stack">
      <Digests project={project} />
      <Scans project={project} />
    </div>
  );
}

/** Every scan of it that ended, with its reason where it failed. */
function Scans({ project }: { project: Project }): JSX.Element {
  const { t } = useText();
  const pages = usePages<Scan>(`/scans?projectId=${project.id}&state=Complete,Stopped,Failed,Unsupported`, ["scan"]);
  return (
    <section class="stack" aria-labelledby="scans-title">
      <h2 id="scans-title">{t("history.scans")}</h2>
      <ProblemNote problem={pages.problem} retry={pages.reload} />
      {pages.items && pages.items.length > 0 && <FinishedScans scans={pages.items} />}
      <MoreButton pages={pages} />
    </section>
  );
}

function Digests({ project }: { project: Project }): JSX.Element {
  const { t } = useText();
  const pages = usePages<HistoryRow>(`/projects/${project.id}/history`, ["project"]);
  if (!pages.items) return pages.problem ? <ProblemNote problem={pages.problem} retry={pages.reload} /> : <Loading />;
  if (pages.items.length === 0) return <Empty title={t("history.none")} />;
  return (
    <>
      <div class="table-frame">
        <table>
          <thead>
            <tr>
              <th scope="col">{t("history.seen")}</th>
              <th scope="col">{t("image.digest")}</th>
              <th scope="col">{t("images.findings")}</th>
            </tr>
          </thead>
          <tbody>
            {pages.items.map((row) => (
              <Row key={`${row.seenAt} ${row.digest}`} row={row} project={project} />
            ))}
          </tbody>
        </table>
      </div>
      <MoreButton pages={pages} />
    </>
  );
}

function Row({ row, project }: { row: HistoryRow; project: Project }): JSX.Element {
  const { t } = useText();
  const digest = <code title={row.digest}>{shortDigest(row.digest)}</code>;
  return (
    <tr>
      <td data-label={t("history.seen")} class="tight">
        <Time at={row.seenAt} />
      </td>
      <td data-label={t("image.digest")}>
        {row.imageId ? <a href={`/images/${project.id}?at=${encodeURIComponent(row.imageId)}`}>{digest}</a> : digest}{" "}
        {row.digest === project.digest && <span class="tag-mark">{t("history.now")}</span>}
      </td>
      <td data-label={t("images.findings")}>
        <SeverityCounts totals={row.totals} />
      </td>
    </tr>
  );
}
