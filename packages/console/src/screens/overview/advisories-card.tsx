import type { JSX } from "preact";
import { useMay, useServices } from "../../api/services.ts";
import type { AdvisoryStatus } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { Facts } from "../../parts/facts.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Time } from "../../parts/time.tsx";
import { useText } from "../../text/language.ts";

/** Age and extent of the advisories that every count rests on. */
export function AdvisoriesCard({ status, onChange }: { status: AdvisoryStatus; onChange?(): void }): JSX.Element {
  const { t, number } = useText();
  return (
    <section class="card stack" aria-labelledby="advisories-title">
      <h2 id="advisories-title">{t("advisories.title")}</h2>
      <Facts
        facts={[
          [
            t("connections.state"),
            <span key="state" class={status.state === "fresh" ? "clean" : "fault"}>
              {t(`advisories.state.${status.state}`)}
            </span>,
          ],
          [t("advisories.built"), <Time key="built" at={status.builtAt} age />],
          [t("advisories.records"), number(status.records)],
          [t("advisories.next"), <Time key="next" at={status.nextUpdateAt} age />],
        ]}
      />
      {status.waiting > 0 && <p class="soft">{t("advisories.waiting", { count: status.waiting })}</p>}
      {status.lastError && <ProblemNote problem={status.lastError} />}
      <UpdateButton isUpdating={status.isUpdating} onChange={onChange} />
    </section>
  );
}

function UpdateButton({
  isUpdating,
  onChange,
}: {
  isUpdating: boolean;
  onChange?: (() => void) | undefined;
}): JSX.Element | null {
  const { t } = useText();
  const { api, say } = useServices();
  const mayUpdate = useMay("admin");
  const update = useAction(async () => {
    await api.post("/advisories/update");
    say(t("advisories.update.started"));
    onChange?.();
  });
  if (isUpdating) return <p role="status">{t("advisories.updating")}</p>;
  if (!mayUpdate) return null;
  return (
    <div>
      <ProblemNote problem={update.problem} />
      <button type="button" class="button" disabled={update.isRunning} onClick={() => update.run()}>
        {t("advisories.update")}
      </button>
    </div>
  );
}
