import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../api/services.ts";
import { ALERT_EVENTS, type AlertEvent, type Channel, type Connection, type Page } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { useResource } from "../../api/use-resource.ts";
import { Copyable } from "../../parts/copyable.tsx";
import { Choice, Field } from "../../parts/field.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { useText } from "../../text/language.ts";

const KINDS = ["http", "slack"] as const;
const EVERY = "every";

/** Adds a channel; the signing secret of an HTTP channel is shown once, below the form. */
export function ChannelForm({ onAdded }: { onAdded(): void }): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const connections = useResource<Page<Connection>>("/connections?limit=500");
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [kind, setKind] = useState<Channel["kind"]>("http");
  const [connection, setConnection] = useState(EVERY);
  const [events, setEvents] = useState<readonly AlertEvent[]>(ALERT_EVENTS);
  const [secret, setSecret] = useState<string | null>(null);
  const add = useAction(async () => {
    const body = { name, kind, url, events, connectionId: connection === EVERY ? null : connection };
    const made = await api.post<{ channel: Channel; secret: string | null }>("/channels", body);
    setSecret(made.secret);
    setName("");
    setUrl("");
    onAdded();
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void add.run();
  };
  return (
    <form class="card form" onSubmit={submit}>
      <h2>{t("alerts.add")}</h2>
      <Field label={t("alerts.name")} value={name} onValue={setName} problem={add.problem} path="name" required />
      <Choice
        label={t("alerts.kind")}
        value={kind}
        options={KINDS.map((one) => [one, t(`alerts.kind.${one}`)])}
        onValue={setKind}
      />
      <Field
        label={t("alerts.url")}
        type="url"
        value={url}
        onValue={setUrl}
        hint={t("alerts.url.hint")}
        problem={add.problem}
        path="url"
        required
      />
      <Choice
        label={t("alerts.connection")}
        value={connection}
        options={[
          [EVERY, t("people.connections.all")],
          ...(connections.data?.items ?? []).map((one) => [one.id, one.name] as const),
        ]}
        onValue={setConnection}
      />
      <EventChoice chosen={events} onChoose={setEvents} />
      <ProblemNote problem={add.problem} />
      <div>
        <button type="submit" class="button primary" disabled={add.isRunning || events.length === 0}>
          {t("common.add")}
        </button>
      </div>
      {secret && (
        <div role="status">
          <p class="soft">{t("common.onceOnly")}</p>
          <Copyable label={t("alerts.secret")} text={secret} />
        </div>
      )}
    </form>
  );
}

interface EventChoiceProps {
  readonly chosen: readonly AlertEvent[];
  onChoose(events: readonly AlertEvent[]): void;
}

function EventChoice({ chosen, onChoose }: EventChoiceProps): JSX.Element {
  const { t } = useText();
  const toggle = (event: AlertEvent): void =>
    onChoose(chosen.includes(event) ? chosen.filter((one) => one !== event) : [...chosen, event]);
  return (
    <fieldset class="field">
      <legend>{t("alerts.events")}</legend>
      <div class="check-list">
        {ALERT_EVENTS.map((event) => (
          <label key={event} class="check">
            <input type="checkbox" checked={chosen.includes(event)} onChange={() => toggle(event)} />
            {t(`alerts.event.${event}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
