import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { keepLast } from "../../api/keep-last.ts";
import type { Connection, Import, Page } from "../../api/types/index.ts";
import { useLive } from "../../api/use-live.ts";
import { useResource } from "../../api/use-resource.ts";
import { useText } from "../../text/language.ts";
import { ImportBar } from "./import-bar.tsx";

const SHOWN = 10;

/** Imports that are under way, wherever somebody looks at images. */
export function RunningImports(): JSX.Element | null {
  const { t } = useText();
  const recent = useResource<Page<Import>>(`/imports?limit=${SHOWN}`, ["import"]);
  const [moved, setMoved] = useState<ReadonlyMap<string, Import>>(new Map());
  useLive((name, data) => {
    if (name === "import" && isImport(data)) setMoved((before) => keepLast(before, data.id, data, SHOWN));
  });
  const running = (recent.data?.items ?? []).map((one) => moved.get(one.id) ?? one).filter(isRunning);
  if (running.length === 0) return null;
  return (
    <section class="card stack running" aria-label={t("imports.title")}>
      {running.map((one) => (
        <div key={one.id} class="running-import">
          <ImportBar import={one} title={<ConnectionName id={one.connectionId} />} />
          <a class="button small" href={`/imports/${one.id}`}>
            {t("import.log")}
          </a>
        </div>
      ))}
    </section>
  );
}

/** Of what is running, so few are asked for by name. */
function ConnectionName({ id }: { id: string }): JSX.Element {
  const { t } = useText();
  const connection = useResource<Connection>(`/connections/${id}`);
  return <>{t("imports.from", { name: connection.data?.name ?? "…" })} </>;
}

/** The whole of an import, not only its id and state. */
export function isImport(data: unknown): data is Import {
  return typeof data === "object" && data !== null && "id" in data && "total" in data && "bytesTotal" in data;
}

function isRunning({ state }: Import): boolean {
  return state === "running";
}
