import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../api/services.ts";
import { ROLES, type Role } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { Copyable } from "../../parts/copyable.tsx";
import { Choice } from "../../parts/field.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { useText } from "../../text/language.ts";
import { ConnectionScope } from "./connection-scope.tsx";

interface Invitation {
  readonly path: string;
  readonly expiresAt: string;
}

/** Makes a one-time link for somebody. The link is shown once. */
export function InviteForm(): JSX.Element {
  const { t, time } = useText();
  const { api } = useServices();
  const [role, setRole] = useState<Role>("viewer");
  const [connections, setConnections] = useState<readonly string[] | null>(null);
  const [invitation, setInvitation] = useState<Invitation | undefined>(undefined);
  const invite = useAction(async () => setInvitation(await api.post<Invitation>("/users", { role, connections })));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void invite.run();
  };
  return (
    <form class="card form" onSubmit={submit}>
      <h2>{t("people.invite")}</h2>
      <Choice
        label={t("people.role")}
        value={role}
        options={ROLES.map((one) => [one, t(`role.${one}`)])}
        onValue={setRole}
      />
      <ConnectionScope chosen={connections} onChoose={setConnections} />
      <ProblemNote problem={invite.problem} />
      <div>
        <button type="submit" class="button primary" disabled={invite.isRunning}>
          {t("people.invite")}
        </button>
      </div>
      {invitation && (
        <div role="status">
          <p class="soft">
            {t("common.onceOnly")} {t("people.link.until", { time: time(invitation.expiresAt) })}
          </p>
          <Copyable label={t("people.link")} text={new URL(invitation.path, location.origin).href} />
        </div>
      )}
    </form>
  );
}
