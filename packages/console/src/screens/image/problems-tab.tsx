import type { JSX } from "preact";
import type { Image, ScanGap } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { Empty } from "../../parts/empty.tsx";
import { List } from "../../parts/list.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { useText } from "../../text/language.ts";

/** What the scan could not read. */
export function ProblemsTab({ image }: { image: Image }): JSX.Element {
  const { t } = useText();
  const pages = usePages<ScanGap>(`/images/${image.id}/problems`);
  const columns: Column<ScanGap>[] = [
    { head: t("gap.code"), kind: "tight", cell: ({ code }) => <code>{code}</code> },
    { head: t("gap.reason"), cell: ({ reason }) => reason },
    { head: t("package.path"), cell: ({ path }) => <code class="path">{path ?? "–"}</code> },
  ];
  return (
    <List source={pages} empty={<Empty title={t("gap.none")} />}>
      {(gaps) => (
        <Table
          caption={t("image.tab.problems")}
          columns={columns}
          rows={gaps}
          keyOf={({ path }, index) => `${index} ${path}`}
        />
      )}
    </List>
  );
}
