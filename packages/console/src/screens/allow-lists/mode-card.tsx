import type { JSX } from "preact";
import { useMay, useServices } from "../../api/services.ts";
import { ALLOW_MODES, type AllowMode, type ConnectionAllowList } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { Choice } from "../../parts/field.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { useText } from "../../text/language.ts";

interface ModeCardProps {
  readonly connectionId: string;
  readonly list: ConnectionAllowList;
  onChanged(): void;
}

/** Says which list applies to a connection, and changes it. */
export function ModeCard({ connectionId, list, onChanged }: ModeCardProps): JSX.Element {
  const { t } = useText();
  const { api, say } = useServices();
  const mayManage = useMay("admin");
  const change = useAction(async (allowMode: AllowMode) => {
    await api.patch(`/connections/${connectionId}`, { allowMode });
    say(t("common.saved"));
    onChanged();
  });
  return (
    <section class="card form">
      <Choice
        label={t("allow.mode")}
        value={list.mode}
        options={ALLOW_MODES.map((mode) => [mode, t(`allow.mode.${mode}`)])}
        hint={t("allow.applies", { count: list.applies.length })}
        isDisabled={!mayManage || change.isRunning}
        onValue={(mode) => void change.run(mode)}
      />
      <ProblemNote problem={change.problem} />
    </section>
  );
}
