import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../api/services.ts";
import { ALERT_EVENTS, type AlertEvent, type Channel, type Connection, type Page } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { useResource } from "../../api/use-resource.ts";
import { CheckList } from "../../parts/check-list.tsx";
import { Choice, Field } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { useText } from "../../text/language.ts";

const KINDS = ["http", "slack"] as const;
const EVERY = "every";

interface ChannelFormProps {
  /** Absent for a new one. The address of one that is there is not told again, so that empty means: as it is. */
  readonly channel?: Channel;
  /** `secret`: of a new HTTP channel, to be shown once. */
  onSaved(secret: string | null): void;
}

/** Adds a channel, or changes one. */
export function ChannelForm({ channel, onSaved }: ChannelFormProps): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const [name, setName] = useState(channel?.name ?? "");
  const [url, setUrl] = useState("");
  const [kind, setKind] = useState<Channel["kind"]>(channel?.kind ?? "http");
  const [connection, setConnection] = useState(channel?.connectionId ?? EVERY);
  const [events, setEvents] = useState<readonly AlertEvent[]>(channel?.events ?? ALERT_EVENTS);
  const save = useAction(async () => {
    const body = { name, events, connectionId: connection === EVERY ? null : connection };
    if (channel) await api.patch(`/channels/${channel.id}`, { ...body, ...(url && { url }) });
    const made = channel ? null : await api.post<{ secret: string | null }>("/channels", { ...body, kind, url });
    onSaved(made?.secret ?? null);
  });
  return (
    <Form action={save} label={t(channel ? "common.save" : "common.add")} isDisabled={events.length === 0}>
      <Field label={t("alerts.name")} value={name} onValue={setName} problem={save.problem} path="name" required />
      {!channel && (
        <Choice
          label={t("alerts.kind")}
          value={kind}
          options={KINDS.map((one) => [one, t(`alerts.kind.${one}`)])}
          onValue={setKind}
        />
      )}
      <Field
        label={t("alerts.url")}
        type="url"
        value={url}
        onValue={setUrl}
        hint={t(channel ? "alerts.url.keep" : "alerts.url.hint")}
        placeholder={channel?.target}
        problem={save.problem}
        path="url"
        required={!channel}
      />
      <ConnectionChoice value={connection} onValue={setConnection} />
      <CheckList
        legend={t("alerts.events")}
        options={ALERT_EVENTS.map((event) => [event, t(`alerts.event.${event}`)])}
        chosen={events}
        onChoose={setEvents}
      />
    </Form>
  );
}

function ConnectionChoice({ value, onValue }: { value: string; onValue(value: string): void }): JSX.Element {
  const { t } = useText();
  const connections = useResource<Page<Connection>>("/connections?limit=500");
  const options: (readonly [string, string])[] = [
    [EVERY, t("people.connections.all")],
    ...(connections.data?.items ?? []).map(({ id, name }) => [id, name] as const),
  ];
  return <Choice label={t("alerts.connection")} value={value} options={options} onValue={onValue} />;
}
