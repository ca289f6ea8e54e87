import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../api/services.ts";
import type { User } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { DialogButton } from "../../parts/dialog-button.tsx";
import { Form } from "../../parts/form.tsx";
import { useText } from "../../text/language.ts";
import { ConnectionScope } from "./connection-scope.tsx";

interface ScopeButtonProps {
  readonly user: User;
  onChange(): void;
}

/** Changes which connections an account may see. */
export function ScopeButton({ user, onChange }: ScopeButtonProps): JSX.Element {
  const { t } = useText();
  return (
    <DialogButton class="small" label={t("common.change")} of={user.name} title={user.name}>
      {(close) => (
        <ScopeForm
          user={user}
          onChange={() => {
            close();
            onChange();
          }}
        />
      )}
    </DialogButton>
  );
}

function ScopeForm({ user, onChange }: ScopeButtonProps): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const [connections, setConnections] = useState<readonly string[] | null>(user.connections);
  const save = useAction(async () => {
    await api.patch(`/users/${user.id}`, { connections });
    onChange();
  });
  return (
    <Form action={save} label={t("common.save")}>
      <ConnectionScope chosen={connections} onChoose={setConnections} />
    </Form>
  );
}
