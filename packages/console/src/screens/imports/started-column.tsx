import type { Import } from "../../api/types/index.ts";
import type { Column } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import type { TextTools } from "../../text/language.ts";

/** When an import began, which is what it is called by. */
export function startedColumn({ t }: TextTools): Column<Import> {
  return {
    head: t("imports.started"),
    kind: "title",
    cell: ({ id, createdAt }) => (
      <a class="row-link" href={`/imports/${id}`}>
        <Time at={createdAt} />
      </a>
    ),
  };
}
