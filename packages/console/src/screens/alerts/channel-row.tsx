import type { JSX } from "preact";
import { useServices } from "../../api/services.ts";
import type { Channel, Delivery } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { DialogButton } from "../../parts/dialog-button.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { useText } from "../../text/language.ts";
import { ChannelForm } from "./channel-form.tsx";

interface ChannelRowProps {
  readonly channel: Channel;
  /** Name of the one connection that it hears of; undefined: of all. */
  readonly connection: string | undefined;
  onChange(): void;
}

export function ChannelRow({ channel, connection, onChange }: ChannelRowProps): JSX.Element {
  const { t } = useText();
  const { api, say } = useServices();
  const path = `/channels/${channel.id}`;
  const test = useAction(async () => {
    const { state } = await api.post<Delivery>(`${path}/test`);
    say(t("alerts.tested", { state: t(`alerts.state.${state}`) }));
  });
  const toggle = useAction(async () => {
    await api.patch(path, { isEnabled: !channel.isEnabled });
    onChange();
  });
  return (
    <li>
      <div>
        <strong>{channel.name}</strong> <span class="tag-mark">{t(`alerts.kind.${channel.kind}`)}</span>{" "}
        {!channel.isEnabled && <span class="tag-mark">{t("alerts.disabled")}</span>}
        <span class="sub">
          {channel.target} · {connection ?? t("people.connections.all")}
        </span>
        <span class="sub">{channel.events.map((event) => t(`alerts.event.${event}`)).join(", ")}</span>
        <ProblemNote problem={test.problem ?? toggle.problem} />
      </div>
      <div class="actions">
        <button type="button" class="button small" disabled={test.isRunning} onClick={() => test.run()}>
          {t("alerts.test")}
        </button>
        <EditButton channel={channel} onChange={onChange} />
        <button type="button" class="button small" disabled={toggle.isRunning} onClick={() => toggle.run()}>
          {t(channel.isEnabled ? "alerts.switchOff" : "alerts.switchOn")}
        </button>
        <RemoveButton channel={channel} onChange={onChange} />
      </div>
    </li>
  );
}

interface ButtonProps {
  readonly channel: Channel;
  onChange(): void;
}

function EditButton({ channel, onChange }: ButtonProps): JSX.Element {
  const { t } = useText();
  return (
    <DialogButton class="small" label={t("common.change")} of={channel.name} title={channel.name}>
      {(close) => (
        <ChannelForm
          channel={channel}
          onSaved={() => {
            close();
            onChange();
          }}
        />
      )}
    </DialogButton>
  );
}

function RemoveButton({ channel, onChange }: ButtonProps): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const remove = async (): Promise<void> => {
    await api.remove(`/channels/${channel.id}`);
    onChange();
  };
  return (
    <Confirm
      isQuiet
      label={t("common.remove")}
      title={t("alerts.remove.ask", { name: channel.name })}
      hint={t("alerts.remove.hint")}
      work={remove}
    />
  );
}
