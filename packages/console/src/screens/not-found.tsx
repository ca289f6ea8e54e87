import type { JSX } from "preact";
import { Screen } from "../parts/screen.tsx";
import { useText } from "../text/language.ts";

export function NotFound(): JSX.Element {
  const { t } = useText();
  return (
    <Screen title={t("common.notFound")} lead={t("common.notFound.hint")}>
      <a class="button" href="/">
        {t("nav.overview")}
      </a>
    </Screen>
  );
}
