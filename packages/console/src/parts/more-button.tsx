import type { JSX } from "preact";
import type { Pages } from "../api/use-pages.ts";
import { useText } from "../text/language.ts";

/** Below a list: how many rows stand there, and the way to more of them. */
export function MoreButton<T>({ pages }: { pages: Pages<T> }): JSX.Element | null {
  const { t } = useText();
  const count = pages.items?.length ?? 0;
  if (count === 0) return null;
  return (
    <div class="list-foot">
      <span class="soft">{t("common.rows", { count })}</span>
      {pages.hasMore && (
        <button type="button" class="button" disabled={pages.isLoadingMore} onClick={pages.more}>
          {t("common.more")}
        </button>
      )}
    </div>
  );
}
