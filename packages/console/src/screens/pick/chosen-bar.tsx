import type { JSX } from "preact";
import { useServices } from "../../api/services.ts";
import type { Import } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { useText } from "../../text/language.ts";
import { type Selection, summarise, toImport } from "./selection.ts";

interface ChosenBarProps {
  readonly connectionId: string;
  readonly selection: Selection;
  readonly manual: readonly string[];
  onClear(): void;
}

/** What is chosen, in one line that stays in view, and the button that starts the import. */
export function ChosenBar({ connectionId, selection, manual, onClear }: ChosenBarProps): JSX.Element {
  const { t, bytes } = useText();
  const { api } = useServices();
  const { go } = useNavigation();
  const { images, rules, sizeBytes } = summarise(selection, manual);
  const start = useAction(async () => {
    const started = await api.post<Import>(`/connections/${connectionId}/imports`, toImport(selection, manual));
    go(`/imports/${started.id}`);
  });
  const isEmpty = images + rules === 0;
  return (
    <div class="chosen">
      <ProblemNote problem={start.problem} />
      <div>
        <p role="status">
          {t("pick.chosen", { images, rules })}
          {sizeBytes > 0 && ` · ${t("pick.size", { size: bytes(sizeBytes) })}`}
        </p>
        <div class="actions">
          <button type="button" class="button" disabled={isEmpty} onClick={onClear}>
            {t("pick.clear")}
          </button>
          <button
            type="button"
            class="button primary"
            disabled={isEmpty || start.isRunning}
            onClick={() => start.run()}
          >
            {t("pick.import")}
          </button>
        </div>
      </div>
    </div>
  );
}
