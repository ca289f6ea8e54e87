import type { JSX } from "preact";
import type { Scan } from "../../api/types/index.ts";
import { useLive } from "../../api/use-live.ts";
import { useResource } from "../../api/use-resource.ts";
import { StateMark } from "../../parts/state-mark.tsx";
import { useText } from "../../text/language.ts";

/** A scan as it goes on; events move it, so two pages that look at it show the same. */
export function ScanBar({ scanId }: { scanId: string }): JSX.Element | null {
  const scan = useResource<Scan>(`/scans/${scanId}`);
  useLive((name, data) => {
    if (name === "reset") scan.reload();
    if (name === "scan" && isScan(data) && data.id === scanId) scan.set(data);
  });
  return scan.data ? (
    <section class="card">
      <ScanProgress scan={scan.data} />
    </section>
  ) : null;
}

/** The whole of a scan, not only its id and state. */
function isScan(data: unknown): data is Scan {
  return typeof data === "object" && data !== null && "id" in data && "layersTotal" in data && "state" in data;
}

export function ScanProgress({ scan }: { scan: Scan }): JSX.Element {
  const { t, bytes, number } = useText();
  const total = scan.bytesTotal > 0 ? scan.bytesTotal : undefined;
  return (
    <div class="scan-bar">
      <div class="scan-bar-words">
        <span>
          <StateMark state={scan.state} /> {scan.phase && <span class="soft">· {t(`phase.${scan.phase}`)}</span>}
        </span>
        {total !== undefined && (
          <span class="soft">
            {number(scan.layersDone)}/{number(scan.layersTotal)} · {bytes(scan.bytesDone)} / {bytes(total)}
          </span>
        )}
      </div>
      <progress
        aria-label={`${scan.repository}:${scan.reference}`}
        max={total ?? 1}
        value={total === undefined ? undefined : Math.min(scan.bytesDone, total)}
      />
    </div>
  );
}
