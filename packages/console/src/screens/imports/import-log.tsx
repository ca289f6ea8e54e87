import type { JSX } from "preact";
import { useMay, useServices } from "../../api/services.ts";
import type { Scan } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { ProblemNote, ProblemWords } from "../../parts/problem-note.tsx";
import { StateMark } from "../../parts/state-mark.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { type TextTools, useText } from "../../text/language.ts";
import { imageColumn } from "../activity/finished-scans.tsx";
import { imageName } from "../images/image-table.tsx";

/** A row for each image: outcome, code, bytes, seconds, what to do next. */
export function ImportLog({ scans }: { scans: readonly Scan[] }): JSX.Element {
  const text = useText();
  const columns = [imageColumn(text), ...logColumns(text)];
  return <Table caption={text.t("import.log")} columns={columns} rows={scans} keyOf={({ id }) => id} />;
}

function logColumns({ t, bytes, seconds }: TextTools): Column<Scan>[] {
  return [
    { head: t("import.outcome"), cell: (scan) => <Outcome scan={scan} /> },
    {
      head: t("import.bytes"),
      kind: "number",
      cell: ({ bytesFetched, bytesDone }) => {
        const size = bytesFetched ?? (bytesDone > 0 ? bytesDone : null);
        return size === null ? "–" : bytes(size);
      },
    },
    {
      head: t("import.seconds"),
      kind: "number",
      cell: (scan) => (scan.seconds === null ? "–" : seconds(scan.seconds)),
    },
    { head: t("import.next"), kind: "wide", cell: (scan) => <NextStep scan={scan} /> },
  ];
}

function Outcome({ scan: { state, phase, error } }: { scan: Scan }): JSX.Element {
  const { t } = useText();
  return (
    <>
      <StateMark state={state} />
      {phase && state === "Scanning" && <span class="sub">{t(`phase.${phase}`)}</span>}
      {error && <code class="sub">{error.code}</code>}
    </>
  );
}

/** What a failed image's owner can do: what the error says, and another try. */
function NextStep({ scan }: { scan: Scan }): JSX.Element {
  const mayScan = useMay("member");
  const { heard } = useText();
  const { error, state } = scan;
  const isOver = state === "Failed" || state === "Stopped";
  return (
    <>
      {error && <ProblemWords problem={error} />}
      {error?.action && <span class="sub">{heard(error.action)}</span>}
      {isOver && mayScan && <RetryButton scan={scan} />}
      {!error && !isOver && <span class="soft">–</span>}
    </>
  );
}

function RetryButton({ scan }: { scan: Scan }): JSX.Element {
  const { t } = useText();
  const { api, say } = useServices();
  const retry = useAction(async () => {
    await api.post(`/projects/${scan.projectId}/scan`);
    say(t("image.queued"));
  });
  return (
    <div class="below">
      <button type="button" class="button small" disabled={retry.isRunning} onClick={() => retry.run()}>
        {t("import.retry")}
        <span class="visually-hidden"> {imageName(scan.repository, scan.reference)}</span>
      </button>
      <ProblemNote problem={retry.problem} />
    </div>
  );
}
