import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../api/services.ts";
import type { Connection } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { Choice, Field } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { useText } from "../../text/language.ts";

const OFF = "off";
const POLLS = [OFF, "300", "900", "3600", "21600"];

/** Name, address and polling; schedule and allow list of a connection stand on their own pages. */
export function SettingsCard({ connection, onSaved }: { connection: Connection; onSaved(): void }): JSX.Element {
  const { t } = useText();
  const { api, say } = useServices();
  const [name, setName] = useState(connection.name);
  const [base, setBase] = useState(connection.options.registryBase ?? "");
  const [poll, setPoll] = useState(connection.pollSeconds === null ? OFF : String(connection.pollSeconds));
  const save = useAction(async () => {
    const options = { ...connection.options, registryBase: base.trim() === "" ? undefined : base };
    const pollSeconds = poll === OFF ? null : Number(poll);
    await api.patch(`/connections/${connection.id}`, { name, options, pollSeconds });
    say(t("common.saved"));
    onSaved();
  });
  const known = [...new Set([...POLLS, poll])];
  return (
    <section class="card" aria-labelledby="settings-title">
      <h2 id="settings-title">{t("connection.settings")}</h2>
      <Form action={save} label={t("common.save")}>
        <Field
          label={t("connections.name")}
          value={name}
          onValue={setName}
          problem={save.problem}
          path="name"
          required
        />
        <Field label={t("connection.base")} value={base} onValue={setBase} problem={save.problem} />
        <Choice
          label={t("connection.poll")}
          value={poll}
          options={known.map((one) => [
            one,
            one === OFF ? t("connection.poll.off") : t("connection.poll.minutes", { count: Number(one) / 60 }),
          ])}
          onValue={setPoll}
        />
      </Form>
    </section>
  );
}
