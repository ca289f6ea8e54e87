import type { JSX } from "preact";
import type { Project } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Downloads } from "../../parts/downloads.tsx";
import { List } from "../../parts/list.tsx";
import { SearchBox } from "../../parts/search-box.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { type TextTools, useText } from "../../text/language.ts";
import { imageName } from "../images/image-table.tsx";

const SHOWN = 10;

/** Documents of single images that have been scanned. */
export function ImageReports(): JSX.Element {
  const text = useText();
  const { t } = text;
  const { query, refine } = useNavigation();
  const search = query.get("search") ?? "";
  const connectionId = query.get("connectionId") ?? "";
  const asked = new URLSearchParams({ state: "Complete", limit: String(SHOWN), search, connectionId });
  for (const key of ["search", "connectionId"]) if (!asked.get(key)) asked.delete(key);
  const images = usePages<Project>(`/projects?${asked}`, ["project"]);
  return (
    <section class="stack tight-stack" aria-labelledby="single-title">
      <div class="tab-actions flush">
        <div>
          <h2 id="single-title">{t("reports.images.single")}</h2>
          <p class="soft">{t("reports.images.single.hint")}</p>
        </div>
        <SearchBox label={t("reports.search")} value={search} onSearch={(next) => refine({ search: next })} />
      </div>
      <List source={images} empty={<p class="soft">{t(search ? "finding.noMatch" : "reports.images.none")}</p>}>
        {(rows) => (
          <Table caption={t("reports.images.single")} columns={imageColumns(text)} rows={rows} keyOf={({ id }) => id} />
        )}
      </List>
    </section>
  );
}

function imageColumns({ t }: TextTools): Column<Project>[] {
  return [
    {
      head: t("images.image"),
      kind: "title",
      cell: ({ id, repository, reference }) => (
        <a class="row-link" href={`/images/${id}`}>
          {imageName(repository, reference)}
        </a>
      ),
    },
    { head: t("images.connection"), cell: ({ connectionName }) => connectionName },
    {
      head: t("reports.files"),
      kind: "actions",
      cell: ({ imageId, repository, reference }) =>
        imageId && (
          <span class="row-actions">
            <Downloads
              path={`/images/${imageId}/export`}
              formats={["csv", "json", "sarif", "cyclonedx", "spdx"]}
              of={imageName(repository, reference)}
              class="small"
            />
          </span>
        ),
    },
  ];
}
