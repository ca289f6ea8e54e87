import type { JSX } from "preact";
import { Screen } from "../../parts/screen.tsx";
import { useText } from "../../text/language.ts";
import { ImageReports } from "./image-reports.tsx";
import { ImportReports } from "./import-reports.tsx";
import { ListReports } from "./list-reports.tsx";

/** Every export in one place; the lists themselves have the same ones with their filters. */
export function ReportsScreen(): JSX.Element {
  const { t } = useText();
  return (
    <Screen title={t("reports.title")} lead={t("reports.lead")}>
      <div class="stack">
        <ListReports />
        <ImportReports />
        <ImageReports />
      </div>
    </Screen>
  );
}
