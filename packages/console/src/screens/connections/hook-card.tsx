import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../api/services.ts";
import type { Connection, Hook } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { Copyable } from "../../parts/copyable.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { useText } from "../../text/language.ts";

interface HookCardProps {
  readonly connection: Connection;
  onChange(): void;
}

/** Scan on push: makes the address that the registry's own webhook settings want, and takes it away. */
export function HookCard({ connection, onChange }: HookCardProps): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const [hook, setHook] = useState<Hook | undefined>(undefined);
  const path = `/connections/${connection.id}/hook`;
  const make = useAction(async () => {
    setHook(await api.put<Hook>(path, undefined));
    onChange();
  });
  const remove = async (): Promise<void> => {
    await api.remove(path);
    setHook(undefined);
    onChange();
  };
  return (
    <section class="card stack" aria-labelledby="hook-title">
      <h2 id="hook-title">
        {t("hook.title")} <span class="tag-mark">{t(connection.hasHook ? "hook.on" : "hook.off")}</span>
      </h2>
      <p class="soft">{t("hook.hint")}</p>
      {hook && <HookValues hook={hook} />}
      <ProblemNote problem={make.problem} />
      <div class="actions">
        <button type="button" class="button" disabled={make.isRunning} onClick={() => make.run()}>
          {t(connection.hasHook ? "hook.again" : "hook.make")}
        </button>
        {connection.hasHook && (
          <Confirm
            isQuiet
            label={t("hook.remove")}
            title={t("hook.remove.ask", { name: connection.name })}
            hint={t("hook.remove.hint")}
            work={remove}
          />
        )}
      </div>
    </section>
  );
}

/** What the registry is told. The agent's address, as the registry sees it, may be known to its owner only. */
function HookValues({ hook: { path, url, secret } }: { hook: Hook }): JSX.Element {
  const { t } = useText();
  return (
    <div class="stack" role="status">
      <p class="soft">{t("common.onceOnly")}</p>
      <Copyable label={t(url ? "hook.url" : "hook.path")} text={url ?? path} />
      <Copyable label={t("hook.secret")} text={secret} />
    </div>
  );
}
