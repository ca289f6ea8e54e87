import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../api/services.ts";
import type { Connection } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { Choice, Field } from "../../parts/field.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { useText } from "../../text/language.ts";

const POLLS = ["off", "300", "900", "3600", "21600"] as const;

/** Name and polling; schedule and allow list of a connection stand on their own pages. */
export function SettingsCard({ connection, onSaved }: { connection: Connection; onSaved(): void }): JSX.Element {
  const { t } = useText();
  const { api, say } = useServices();
  const [name, setName] = useState(connection.name);
  const [base, setBase] = useState(connection.options.registryBase ?? "");
  const [poll, setPoll] = useState(connection.pollSeconds === null ? "off" : String(connection.pollSeconds));
  const save = useAction(async () => {
    const options = { ...connection.options, registryBase: base.trim() === "" ? undefined : base };
    await api.patch(`/connections/${connection.id}`, {
      name,
      options,
      pollSeconds: poll === "off" ? null : Number(poll),
    });
    say(t("common.saved"));
    onSaved();
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void save.run();
  };
  const known: readonly string[] = [...new Set([...POLLS, poll])];
  return (
    <form class="card form" onSubmit={submit}>
      <h2>{t("connection.settings")}</h2>
      <Field label={t("connections.name")} value={name} onValue={setName} problem={save.problem} path="name" required />
      <Field label={t("connection.base")} value={base} onValue={setBase} problem={save.problem} />
      <Choice
        label={t("connection.poll")}
        value={poll}
        options={known.map((one) => [
          one,
          one === "off" ? t("connection.poll.off") : t("connection.poll.minutes", { count: Number(one) / 60 }),
        ])}
        onValue={setPoll}
      />
      <ProblemNote problem={save.problem} />
      <div class="actions">
        <button type="submit" class="button primary" disabled={save.isRunning}>
          {t("common.save")}
        </button>
        <a class="button" href={`/allow-lists?${new URLSearchParams({ connection: connection.id })}`}>
          {t("nav.policy")}
        </a>
        <a class="button" href="/schedules">
          {t("nav.schedules")}
        </a>
      </div>
    </form>
  );
}
