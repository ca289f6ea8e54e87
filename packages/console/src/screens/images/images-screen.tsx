import type { JSX } from "preact";
import { apiUrl } from "../../api/client.ts";
import type { Project, RepositoryGroup } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Empty } from "../../parts/empty.tsx";
import { List } from "../../parts/list.tsx";
import { Screen } from "../../parts/screen.tsx";
import { useText } from "../../text/language.ts";
import { RunningImports } from "../imports/running-imports.tsx";
import { projectsPath, queryOf } from "./filters.ts";
import { ImageFilters } from "./image-filters.tsx";
import { ImageTable } from "./image-table.tsx";
import { RepositoryTable } from "./repository-table.tsx";

export function ImagesScreen(): JSX.Element {
  const { t } = useText();
  const { query } = useNavigation();
  const exportUrl = (format: string): string => apiUrl("/projects/export", { ...queryOf(query), format });
  return (
    <Screen
      title={t("images.title")}
      lead={t("images.lead")}
      actions={
        <>
          <a class="button" download href={exportUrl("csv")}>
            CSV
          </a>
          <a class="button" download href={exportUrl("json")}>
            JSON
          </a>
          <a class="button primary" href="/connections">
            {t("images.import")}
          </a>
        </>
      }
    >
      <RunningImports />
      <ImageFilters />
      {query.get("group") === "true" ? <Repositories /> : <Images />}
    </Screen>
  );
}

function Images(): JSX.Element {
  const { query } = useNavigation();
  const pages = usePages<Project>(projectsPath(query), ["project", "scan", "advisories"]);
  return (
    <List source={pages} empty={<NoImages />}>
      {(projects) => <ImageTable projects={projects} />}
    </List>
  );
}

function Repositories(): JSX.Element {
  const { query } = useNavigation();
  const search = query.get("search") ?? "";
  const connectionId = query.get("connectionId") ?? "";
  const path = `/projects/repositories?${new URLSearchParams({ ...(search && { search }), ...(connectionId && { connectionId }) })}`;
  const pages = usePages<RepositoryGroup>(path, ["project"]);
  return (
    <List source={pages} empty={<NoImages />}>
      {(groups) => <RepositoryTable groups={groups} />}
    </List>
  );
}

function NoImages(): JSX.Element {
  const { t } = useText();
  const { query, go } = useNavigation();
  if (query.size > 0) {
    return (
      <Empty title={t("images.noMatch")}>
        <button type="button" class="button" onClick={() => go("/images")}>
          {t("images.clear")}
        </button>
      </Empty>
    );
  }
  return (
    <Empty title={t("images.empty")}>
      <p class="soft">{t("images.empty.hint")}</p>
      <a class="button primary" href="/connections">
        {t("nav.connections")}
      </a>
    </Empty>
  );
}
