import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useAction } from "../api/use-action.ts";
import { useText } from "../text/language.ts";
import { Dialog } from "./dialog.tsx";
import { ProblemNote } from "./problem-note.tsx";

interface ConfirmProps {
  /** Words on the button. */
  readonly label: string;
  readonly title: string;
  readonly hint: string;
  readonly isQuiet?: boolean;
  work(): Promise<unknown>;
}

/** A button for what cannot be undone: it asks first, and shows why it failed. */
export function Confirm({ label, title, hint, isQuiet = false, work }: ConfirmProps): JSX.Element {
  const [isOpen, setIsOpen] = useState(false);
  const { t } = useText();
  const action = useAction(async () => {
    await work();
    setIsOpen(false);
  });
  return (
    <>
      <button type="button" class={`button danger${isQuiet ? " quiet" : ""}`} onClick={() => setIsOpen(true)}>
        {label}
      </button>
      {isOpen && (
        <Dialog title={title} onClose={() => setIsOpen(false)}>
          <p>{hint}</p>
          <ProblemNote problem={action.problem} />
          <footer>
            <button type="button" class="button" onClick={() => setIsOpen(false)}>
              {t("common.cancel")}
            </button>
            <button type="button" class="button danger solid" disabled={action.isRunning} onClick={() => action.run()}>
              {label}
            </button>
          </footer>
        </Dialog>
      )}
    </>
  );
}
