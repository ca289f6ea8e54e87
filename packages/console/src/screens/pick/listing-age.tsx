import type { JSX } from "preact";
import { useServices } from "../../api/services.ts";
import { useAction } from "../../api/use-action.ts";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { formatUtc } from "../../text/format.ts";
import { useText } from "../../text/language.ts";

interface ListingAgeProps {
  readonly listing: { fetchedAt: string; isComplete: boolean } | undefined;
  /** The call that reads the registry anew. */
  readonly path: string;
  onRead(): void;
}

/** How old a cached listing is, and a way to read it anew. */
export function ListingAge({ listing, path, onRead }: ListingAgeProps): JSX.Element | null {
  const { t, age } = useText();
  const { api } = useServices();
  const refresh = useAction(async () => {
    await api.get(path);
    onRead();
  });
  if (!listing) return null;
  return (
    <div class="listing-age">
      <ProblemNote problem={refresh.problem} />
      {!listing.isComplete && <span class="tag-mark">{t("pick.incomplete")}</span>}
      <span class="soft small-text" title={formatUtc(listing.fetchedAt)}>
        {t("pick.age", { age: age(listing.fetchedAt) })}
      </span>
      <button type="button" class="button small" disabled={refresh.isRunning} onClick={() => refresh.run()}>
        {t("pick.refresh")}
      </button>
    </div>
  );
}
