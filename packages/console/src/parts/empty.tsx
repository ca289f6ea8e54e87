import type { ComponentChildren, JSX } from "preact";
import { useText } from "../text/language.ts";

/** What stands where a list would be. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

export function Loading(): JSX.Element {
  const { t } = useText();
  return (
    <p class="loading" role="status">
      {t("common.loading")}
    </p>
  );
}
