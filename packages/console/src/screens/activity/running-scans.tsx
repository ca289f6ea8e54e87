import type { JSX } from "preact";
import { useMay, useServices } from "../../api/services.ts";
import type { Scan } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { type TextTools, useText } from "../../text/language.ts";
import { ScanProgress } from "../image/scan-bar.tsx";
import { imageName } from "../images/image-table.tsx";

interface RunningScansProps {
  readonly scans: readonly Scan[];
  onStopped(): void;
}

export function RunningScans({ scans, onStopped }: RunningScansProps): JSX.Element {
  const text = useText();
  const { t, seconds } = text;
  const columns: Column<Scan>[] = [
    { head: t("images.image"), kind: "title", cell: (scan) => <Name scan={scan} text={text} /> },
    { head: t("imports.progress"), kind: "wide", cell: (scan) => <ScanProgress scan={scan} /> },
    {
      head: t("activity.age"),
      kind: "number",
      cell: (scan) => seconds(scan.seconds ?? (Date.now() - Date.parse(scan.queuedAt)) / 1_000),
    },
    { head: t("activity.worker"), cell: (scan) => <Worker scan={scan} /> },
    { head: t("common.actions"), kind: "actions", cell: (scan) => <StopButton scan={scan} onStopped={onStopped} /> },
  ];
  return <Table caption={t("activity.title")} columns={columns} rows={scans} keyOf={({ id }) => id} />;
}

function Name({ scan, text: { t } }: { scan: Scan; text: TextTools }): JSX.Element {
  return (
    <>
      <a class="row-link" href={`/images/${scan.projectId}`}>
        {imageName(scan.repository, scan.reference)}
      </a>
      <span class="sub">
        {t("activity.trigger")}: {t(`trigger.${scan.trigger}`)}
        {scan.attempt > 1 && ` · ${t("activity.attempt", { count: scan.attempt })}`}
      </span>
    </>
  );
}

function Worker({ scan }: { scan: Scan }): JSX.Element {
  const { t } = useText();
  return (
    <>
      {scan.worker ? <code>{scan.worker}</code> : "–"}{" "}
      {scan.isStuck && <span class="tag-mark alarm">{t("activity.stuck")}</span>}
    </>
  );
}

function StopButton({ scan, onStopped }: { scan: Scan; onStopped(): void }): JSX.Element | null {
  const { t } = useText();
  const { api } = useServices();
  const mayStop = useMay("member");
  const stop = useAction(async () => {
    await api.post(`/scans/${scan.id}/stop`);
    onStopped();
  });
  if (!mayStop) return null;
  return (
    <>
      <button type="button" class="button small" disabled={stop.isRunning} onClick={() => stop.run()}>
        {t("image.stop")}
        <span class="visually-hidden"> {imageName(scan.repository, scan.reference)}</span>
      </button>
      <ProblemNote problem={stop.problem} />
    </>
  );
}
