import type { JSX } from "preact";
import type { Scan } from "../../api/types/index.ts";
import { ProblemWords } from "../../parts/problem-note.tsx";
import { StateMark } from "../../parts/state-mark.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { type TextTools, useText } from "../../text/language.ts";
import { imageName } from "../images/image-table.tsx";

interface FinishedScansProps {
  readonly scans: readonly Scan[];
  /** On an image's own page its name need not be said again. */
  readonly isOfOneImage?: boolean;
}

export function FinishedScans({ scans, isOfOneImage = false }: FinishedScansProps): JSX.Element {
  const text = useText();
  const columns = isOfOneImage ? scanColumns(text) : [imageColumn(text), ...scanColumns(text)];
  return <Table caption={text.t("activity.recent")} columns={columns} rows={scans} keyOf={({ id }) => id} />;
}

/** The scan's image as a link to its page. */
export function imageColumn({ t }: TextTools): Column<Scan> {
  return {
    head: t("images.image"),
    kind: "title",
    cell: ({ projectId, repository, reference }) => (
      <a class="row-link" href={`/images/${projectId}`}>
        {imageName(repository, reference)}
      </a>
    ),
  };
}

function scanColumns({ t, seconds }: TextTools): Column<Scan>[] {
  return [
    { head: t("import.outcome"), cell: (scan) => <Outcome scan={scan} /> },
    { head: t("activity.trigger"), cell: (scan) => t(`trigger.${scan.trigger}`) },
    {
      head: t("import.seconds"),
      kind: "number",
      cell: (scan) => (scan.seconds === null ? "–" : seconds(scan.seconds)),
    },
    { head: t("activity.finished"), kind: "tight", cell: (scan) => <Time at={scan.finishedAt} age /> },
  ];
}

function Outcome({ scan: { state, error } }: { scan: Scan }): JSX.Element {
  return (
    <>
      <StateMark state={state} />
      {error && (
        <span class="sub">
          <code>{error.code}</code> <ProblemWords problem={error} />
        </span>
      )}
    </>
  );
}
