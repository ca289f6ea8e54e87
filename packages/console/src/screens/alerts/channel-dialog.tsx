import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { DialogButton } from "../../parts/dialog-button.tsx";
import { Once } from "../../parts/once.tsx";
import { useText } from "../../text/language.ts";
import { ChannelForm } from "./channel-form.tsx";

/** The button that adds a channel. */
export function AddChannel({ onAdded }: { onAdded(): void }): JSX.Element {
  const { t } = useText();
  return (
    <DialogButton class="primary" label={t("alerts.add")} title={t("alerts.add")}>
      {(close) => <NewChannel onAdded={onAdded} onClose={close} />}
    </DialogButton>
  );
}

/** The form; after it the signing secret of an HTTP channel, once. */
function NewChannel({ onAdded, onClose }: { onAdded(): void; onClose(): void }): JSX.Element {
  const { t } = useText();
  const [secret, setSecret] = useState<string | null>(null);
  const take = (made: string | null): void => {
    onAdded();
    if (made === null) onClose();
    else setSecret(made);
  };
  if (secret !== null) return <Once label={t("alerts.secret")} text={secret} onClose={onClose} />;
  return <ChannelForm onSaved={take} />;
}
