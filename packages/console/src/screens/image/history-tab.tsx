import type { JSX } from "preact";
import type { HistoryRow, Project, Scan } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { Empty } from "../../parts/empty.tsx";
import { List } from "../../parts/list.tsx";
import { SeverityCounts } from "../../parts/severity.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { shortDigest } from "../../text/format.ts";
import { type TextTools, useText } from "../../text/language.ts";
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
      <List source={pages} empty={<p class="soft">{t("activity.recent.none")}</p>}>
        {(scans) => <FinishedScans scans={scans} isOfOneImage />}
      </List>
    </section>
  );
}

function Digests({ project }: { project: Project }): JSX.Element {
  const text = useText();
  const { t } = text;
  const pages = usePages<HistoryRow>(`/projects/${project.id}/history`, ["project"]);
  return (
    <section class="stack" aria-labelledby="digests-title">
      <h2 id="digests-title">{t("history.digests")}</h2>
      <List source={pages} empty={<Empty title={t("history.none")} />}>
        {(rows) => (
          <Table
            caption={t("history.digests")}
            columns={digestColumns(text, project)}
            rows={rows}
            keyOf={(row) => `${row.seenAt} ${row.digest}`}
          />
        )}
      </List>
    </section>
  );
}

function digestColumns({ t }: TextTools, project: Project): Column<HistoryRow>[] {
  return [
    { head: t("history.seen"), kind: "tight", cell: ({ seenAt }) => <Time at={seenAt} /> },
    {
      head: t("image.digest"),
      cell: (row) => (
        <>
          <Digest row={row} project={project} />{" "}
          {row.digest === project.digest && <span class="tag-mark">{t("history.now")}</span>}
        </>
      ),
    },
    { head: t("images.findings"), cell: ({ totals }) => <SeverityCounts totals={totals} /> },
  ];
}

function Digest({ row: { digest, imageId }, project }: { row: HistoryRow; project: Project }): JSX.Element {
  const short = <code title={digest}>{shortDigest(digest)}</code>;
  return imageId ? <a href={`/images/${project.id}?at=${encodeURIComponent(imageId)}`}>{short}</a> : short;
}
