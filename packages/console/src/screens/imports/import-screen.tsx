import type { JSX } from "preact";
import { apiUrl } from "../../api/client.ts";
import { useMay, useServices } from "../../api/services.ts";
import type { Import, Scan } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { useLive } from "../../api/use-live.ts";
import { usePages } from "../../api/use-pages.ts";
import { useResource } from "../../api/use-resource.ts";
import { Loading } from "../../parts/empty.tsx";
import { List } from "../../parts/list.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Screen } from "../../parts/screen.tsx";
import { useText } from "../../text/language.ts";
import { ImportBar } from "./import-bar.tsx";
import { ImportLog } from "./import-log.tsx";
import { isImport } from "./running-imports.tsx";

/** One import with its live bar and its log. Everything is read from the server, so a reload loses nothing. */
export function ImportScreen({ id }: { id: string }): JSX.Element {
  const { t, time } = useText();
  const resource = useResource<Import>(`/imports/${id}`);
  useLive((name, data) => {
    if (name === "reset") resource.reload();
    if (name === "import" && isImport(data) && data.id === id) resource.set(data);
    else if (name === "import") resource.reload();
  });
  const one = resource.data;
  if (!one) return resource.problem ? <ProblemNote problem={resource.problem} retry={resource.reload} /> : <Loading />;
  return (
    <Screen
      title={t("import.title", { time: time(one.createdAt) })}
      above={
        <>
          <a href="/imports">{t("imports.title")}</a> ·{" "}
          <a href={`/connections/${one.connectionId}`}>{t("images.connection")}</a>
        </>
      }
      actions={<ImportActions import={one} onChange={resource.set} />}
    >
      <div class="stack">
        <section class="card">
          <ImportBar import={one} />
        </section>
        <Log id={id} />
      </div>
    </Screen>
  );
}

interface ImportActionsProps {
  readonly import: Import;
  onChange(next: Import): void;
}

function ImportActions({ import: one, onChange }: ImportActionsProps): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const mayStop = useMay("member");
  const stop = useAction(async () => onChange(await api.post<Import>(`/imports/${one.id}/stop`)));
  const exportUrl = (format: string): string => apiUrl(`/imports/${one.id}/log/export`, { format });
  return (
    <>
      <ProblemNote problem={stop.problem} />
      <a class="button" download href={exportUrl("csv")}>
        CSV
      </a>
      <a class="button" download href={exportUrl("json")}>
        JSON
      </a>
      <a class="button" href={`/images?${new URLSearchParams({ connectionId: one.connectionId })}`}>
        {t("nav.images")}
      </a>
      {mayStop && one.state === "running" && (
        <button type="button" class="button danger" disabled={stop.isRunning} onClick={() => stop.run()}>
          {t("import.stop")}
        </button>
      )}
    </>
  );
}

function Log({ id }: { id: string }): JSX.Element {
  const pages = usePages<Scan>(`/imports/${id}/log`, ["scan", "import"]);
  return <List source={pages}>{(scans) => <ImportLog scans={scans} />}</List>;
}
