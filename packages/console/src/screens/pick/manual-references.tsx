import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { useText } from "../../text/language.ts";

export function ManualReferences({ text, onText }: { text: string; onText(text: string): void }): JSX.Element {
  const { t } = useText();
  const id = useId();
  return (
    <section class="card stack">
      <h2>{t("pick.manual")}</h2>
      <div class="field">
        <label for={id}>{t("pick.manual.label")}</label>
        <textarea
          id={id}
          class="code"
          rows={3}
          spellcheck={false}
          value={text}
          aria-describedby={`${id}-hint`}
          onInput={(event) => onText(event.currentTarget.value)}
        />
        <p id={`${id}-hint`} class="hint">
          {t("pick.manual.hint")}
        </p>
      </div>
    </section>
  );
}
