import type { ComponentChildren, JSX } from "preact";
import type { Import } from "../../api/types/index.ts";
import { useText } from "../../text/language.ts";

/** How far an import is: images for the bar, bytes beside it. */
export function ImportBar({ import: one, title }: { import: Import; title?: ComponentChildren }): JSX.Element {
  const { t, bytes } = useText();
  return (
    <div class="scan-bar">
      <div class="scan-bar-words">
        <span>
          {title}
          <strong>{t("imports.of", { done: one.done, total: one.total })}</strong>{" "}
          <span class="soft">· {t(`imports.state.${one.state}`)}</span>
          {one.failed > 0 && <span class="fault"> · {t("imports.failed", { count: one.failed })}</span>}
        </span>
        {one.bytesTotal > 0 && (
          <span class="soft">
            {bytes(one.bytesDone)} / {bytes(one.bytesTotal)}
          </span>
        )}
      </div>
      <progress aria-label={t("import.bar")} max={Math.max(one.total, 1)} value={one.done} />
    </div>
  );
}
