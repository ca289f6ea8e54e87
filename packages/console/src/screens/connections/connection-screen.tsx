import type { JSX } from "preact";
import { useMay, useServices } from "../../api/services.ts";
import type { Connection, ConnectionWithClients } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { useResource } from "../../api/use-resource.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { ConnectionMark } from "../../parts/connection-mark.tsx";
import { Loading } from "../../parts/empty.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { registryName } from "../../parts/registry-name.tsx";
import { Screen } from "../../parts/screen.tsx";
import { useText } from "../../text/language.ts";
import { CheckCard } from "./check-card.tsx";
import { ClientsCard } from "./clients-card.tsx";
import { ConnectionFacts } from "./connection-facts.tsx";
import { HookCard } from "./hook-card.tsx";
import { RulesCard } from "./rules-card.tsx";
import { SettingsCard } from "./settings-card.tsx";
import { TokensCard } from "./tokens-card.tsx";

export function ConnectionScreen({ id }: { id: string }): JSX.Element {
  const { t } = useText();
  const mayManage = useMay("admin");
  const resource = useResource<ConnectionWithClients>(`/connections/${id}`, ["connection"]);
  const connection = resource.data;
  if (!connection) {
    return resource.problem ? <ProblemNote problem={resource.problem} retry={resource.reload} /> : <Loading />;
  }
  return (
    <Screen
      title={connection.name}
      above={<a href="/connections">{t("connections.title")}</a>}
      lead={
        <>
          {registryName(connection.type)}
          {connection.options.registryBase && ` · ${connection.options.registryBase}`} ·{" "}
          <ConnectionMark state={connection.state} />
        </>
      }
      actions={<ConnectionActions connection={connection} />}
    >
      <div class="stack">
        <ProblemNote problem={resource.problem} retry={resource.reload} />
        <ConnectionFacts connection={connection} />
        <CheckCard connectionId={id} type={connection.type} isReady={false} last={connection.lastCheck} />
        <ClientsCard connection={connection} />
        <RulesCard connectionId={id} />
        {mayManage && (
          <div class="columns">
            <SettingsCard connection={connection} onSaved={resource.reload} />
            <HookCard connection={connection} onChange={resource.reload} />
          </div>
        )}
        {mayManage && <TokensCard connection={connection} />}
        {mayManage && <DangerCard connection={connection} />}
      </div>
    </Screen>
  );
}

function ConnectionActions({ connection }: { connection: Connection }): JSX.Element | null {
  const { t } = useText();
  const { api, say } = useServices();
  const mayScan = useMay("member");
  const path = `/connections/${connection.id}/scans`;
  const start = useAction(async () => {
    const { started, alreadyRunning } = await api.post<{ started: number; alreadyRunning: number }>(path, {});
    say(t("connections.scanAll.done", { started, running: alreadyRunning }));
  });
  const stop = useAction(async () => {
    const { stopped } = await api.post<{ stopped: number }>(`${path}/stop`);
    say(t("connections.stopAll.done", { count: stopped }));
  });
  if (!mayScan) return null;
  return (
    <>
      <ProblemNote problem={start.problem ?? stop.problem} />
      <button type="button" class="button" disabled={stop.isRunning} onClick={() => stop.run()}>
        {t("connections.stopAll")}
      </button>
      <button type="button" class="button" disabled={start.isRunning} onClick={() => start.run()}>
        {t("connections.scanAll")}
      </button>
      <a class="button primary" href={`/connections/${connection.id}/pick`}>
        {t("connections.pick")}
      </a>
    </>
  );
}

function DangerCard({ connection }: { connection: Connection }): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const { go } = useNavigation();
  const remove = async (): Promise<void> => {
    await api.remove(`/connections/${connection.id}`);
    go("/connections");
  };
  return (
    <section class="card danger-card" aria-labelledby="danger-title">
      <div>
        <h2 id="danger-title">{t("connection.danger")}</h2>
        <p class="soft">{t("connection.remove.hint")}</p>
      </div>
      <Confirm
        label={t("connection.remove")}
        title={t("connection.remove.ask", { name: connection.name })}
        hint={t("connection.remove.hint")}
        work={remove}
      />
    </section>
  );
}
