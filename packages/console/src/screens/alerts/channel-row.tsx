import type { JSX } from "preact";
import { useServices } from "../../api/services.ts";
import type { Channel, Delivery } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { useText } from "../../text/language.ts";

export function ChannelRow({ channel, onChange }: { channel: Channel; onChange(): void }): JSX.Element {
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
  const remove = async (): Promise<void> => {
    await api.remove(path);
    onChange();
  };
  return (
    <li>
      <div>
        <strong>{channel.name}</strong> <span class="tag-mark">{t(`alerts.kind.${channel.kind}`)}</span>{" "}
        <span class="tag-mark">{t(channel.isEnabled ? "alerts.enabled" : "alerts.disabled")}</span>
        <span class="sub">
          {channel.target} · {channel.events.map((event) => t(`alerts.event.${event}`)).join(", ")}
        </span>
        <ProblemNote problem={test.problem ?? toggle.problem} />
      </div>
      <div class="actions">
        <button type="button" class="button small" disabled={test.isRunning} onClick={() => test.run()}>
          {t("alerts.test")}
        </button>
        <button type="button" class="button small" disabled={toggle.isRunning} onClick={() => toggle.run()}>
          {t(channel.isEnabled ? "alerts.switchOff" : "alerts.switchOn")}
        </button>
        <Confirm
          isQuiet
          label={t("common.remove")}
          title={t("alerts.remove.ask", { name: channel.name })}
          hint={t("alerts.remove.hint")}
          work={remove}
        />
      </div>
    </li>
  );
}
