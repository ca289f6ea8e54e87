import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../api/services.ts";
import { ROLES, type Role } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { Choice } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { Once } from "../../parts/once.tsx";
import { useText } from "../../text/language.ts";
import { ConnectionScope } from "./connection-scope.tsx";

interface Invitation {
  readonly path: string;
  readonly expiresAt: string;
}

/** Makes a one-time link for somebody. The link is shown once. */
export function InviteForm({ onClose }: { onClose(): void }): JSX.Element {
  const { t, time } = useText();
  const { api } = useServices();
  const [role, setRole] = useState<Role>("viewer");
  const [connections, setConnections] = useState<readonly string[] | null>(null);
  const [invitation, setInvitation] = useState<Invitation | undefined>(undefined);
  const invite = useAction(async () => setInvitation(await api.post<Invitation>("/users", { role, connections })));
  if (invitation) {
    const note = t("people.link.until", { time: time(invitation.expiresAt) });
    const link = new URL(invitation.path, location.origin).href;
    return <Once label={t("people.link")} text={link} note={note} onClose={onClose} />;
  }
  return (
    <Form action={invite} label={t("people.invite.make")}>
      <Choice
        label={t("people.role")}
        value={role}
        options={ROLES.map((one) => [one, t(`role.${one}`)])}
        onValue={setRole}
      />
      <ConnectionScope chosen={connections} onChoose={setConnections} />
    </Form>
  );
}
