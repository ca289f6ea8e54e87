import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { keepLast } from "../../api/keep-last.ts";
import type { Scan } from "../../api/types/index.ts";
import { useLive } from "../../api/use-live.ts";
import { usePages } from "../../api/use-pages.ts";
import { Empty } from "../../parts/empty.tsx";
import { List } from "../../parts/list.tsx";
import { Screen } from "../../parts/screen.tsx";
import { TypeFacet, useTypeQuery } from "../../parts/type-facet.tsx";
import { useText } from "../../text/language.ts";
import { FinishedScans } from "./finished-scans.tsx";
import { RunningScans } from "./running-scans.tsx";

const SHOWN = 100;

/** Scans under way, and those that ended last. */
export function ActivityScreen(): JSX.Element {
  const { t } = useText();
  const types = useTypeQuery();
  const running = usePages<Scan>(`/scans?state=Scanning,Queued&limit=${SHOWN}&${types}`, ["scan"]);
  const finished = usePages<Scan>(`/scans?state=Complete,Stopped,Failed,Unsupported&limit=25&${types}`, ["scan"]);
  const [moved, setMoved] = useState<ReadonlyMap<string, Scan>>(new Map());
  useLive((name, data) => {
    if (name === "scan" && isScan(data)) setMoved((before) => keepLast(before, data.id, data, SHOWN));
    if (name === "reset") setMoved(new Map());
  });
  const items = running.items?.map((scan) => moved.get(scan.id) ?? scan);
  return (
    <Screen title={t("activity.title")} lead={t("activity.lead")}>
      <div class="stack">
        <div class="toolbar">
          <TypeFacet />
        </div>
        <List
          source={{ ...running, items }}
          empty={
            <Empty title={t("activity.none")}>
              <p class="soft">{t("activity.none.hint")}</p>
            </Empty>
          }
        >
          {(scans) => <RunningScans scans={scans} onStopped={running.reload} />}
        </List>
        <section class="stack" aria-labelledby="recent-title">
          <h2 id="recent-title">{t("activity.recent")}</h2>
          <List source={finished} empty={<p class="soft">{t("activity.recent.none")}</p>}>
            {(scans) => <FinishedScans scans={scans} />}
          </List>
        </section>
      </div>
    </Screen>
  );
}

function isScan(data: unknown): data is Scan {
  return typeof data === "object" && data !== null && "id" in data && "layersTotal" in data;
}
