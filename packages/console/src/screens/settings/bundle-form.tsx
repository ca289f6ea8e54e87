import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../api/services.ts";
import { useAction } from "../../api/use-action.ts";
import { Form } from "../../parts/form.tsx";
import { useText } from "../../text/language.ts";

/** Takes advisories out of a bundle, for servers that cannot fetch them. */
export function BundleForm({ onTaken }: { onTaken(): void }): JSX.Element {
  const { t, bytes } = useText();
  const { api, say } = useServices();
  const [bundle, setBundle] = useState<File | undefined>(undefined);
  const [isForced, setIsForced] = useState(false);
  const take = useAction(async () => {
    if (!bundle) return;
    await api.upload("/advisories/import", bundle, { query: { force: isForced || undefined } });
    setBundle(undefined);
    say(t("bundle.taken"));
    onTaken();
  });
  return (
    <section class="card" aria-labelledby="bundle-title">
      <h2 id="bundle-title">{t("bundle.title")}</h2>
      <Form action={take} label={t(take.isRunning ? "bundle.taking" : "bundle.take")} isDisabled={!bundle}>
        <p class="soft">{t("bundle.hint")}</p>
        <div class="with-button">
          <label class="button file">
            {t("docker.file")}
            <input
              class="visually-hidden"
              type="file"
              onChange={(event) => setBundle(event.currentTarget.files?.[0])}
            />
          </label>
          {bundle && (
            <span>
              {bundle.name} <span class="soft">{bytes(bundle.size)}</span>
            </span>
          )}
        </div>
        <label class="check">
          <input type="checkbox" checked={isForced} onChange={(event) => setIsForced(event.currentTarget.checked)} />
          {t("bundle.force")}
        </label>
      </Form>
    </section>
  );
}
