import type { JSX } from "preact";
import { TextArea } from "../../parts/text-area.tsx";
import { useText } from "../../text/language.ts";

/** For registries that cannot list, and for those who know what they want. */
export function ManualReferences({ text, onText }: { text: string; onText(text: string): void }): JSX.Element {
  const { t } = useText();
  return (
    <section class="card" aria-labelledby="manual-title">
      <h2 id="manual-title">{t("pick.manual")}</h2>
      <TextArea
        label={t("pick.manual.label")}
        value={text}
        rows={3}
        hint={t("pick.manual.hint")}
        placeholder="team/api:1.4"
        onValue={onText}
      />
    </section>
  );
}
