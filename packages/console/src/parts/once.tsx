import type { ComponentChildren, JSX } from "preact";
import { useText } from "../text/language.ts";
import { Copyable } from "./copyable.tsx";

interface OnceProps {
  readonly label: string;
  readonly text: string;
  readonly note?: ComponentChildren;
  onClose(): void;
}

/** A secret that is seen once, at the end of the dialog that made it. */
export function Once({ label, text, note, onClose }: OnceProps): JSX.Element {
  const { t } = useText();
  return (
    <div class="stack" role="status">
      <p class="soft">
        {t("common.onceOnly")} {note}
      </p>
      <Copyable label={label} text={text} />
      <footer>
        <button type="button" class="button primary" onClick={onClose}>
          {t("common.done")}
        </button>
      </footer>
    </div>
  );
}
