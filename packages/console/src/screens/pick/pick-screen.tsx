import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useMay } from "../../api/services.ts";
import type { Connection, RepositoriesPage, RepositoryRow } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { useResource } from "../../api/use-resource.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Empty, Loading } from "../../parts/empty.tsx";
import { MoreButton } from "../../parts/more-button.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Screen } from "../../parts/screen.tsx";
import { SearchBox } from "../../parts/search-box.tsx";
import { useText } from "../../text/language.ts";
import { ChosenBar } from "./chosen-bar.tsx";
import { ListingAge } from "./listing-age.tsx";
import { ManualReferences } from "./manual-references.tsx";
import { RepositoryNode } from "./repository-node.tsx";
import { NOTHING, parseReferences, type Selection } from "./selection.ts";
import { walkTree } from "./tree-keys.ts";

/** The registry's repositories and tags, read through the tunnel, to choose an import from. */
export function PickScreen({ id }: { id: string }): JSX.Element {
  const { t } = useText();
  const mayImport = useMay("member");
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const [typed, setTyped] = useState("");
  const connection = useResource<Connection>(`/connections/${id}`);
  return (
    <Screen
      title={t("pick.title")}
      lead={t("pick.lead")}
      above={
        <>
          <a href="/connections">{t("connections.title")}</a> ·{" "}
          <a href={`/connections/${id}`}>{connection.data?.name ?? id}</a>
        </>
      }
    >
      <div class="stack">
        <ProblemNote problem={connection.problem} />
        <Tree id={id} selection={selection} onSelection={setSelection} />
        <ManualReferences text={typed} onText={setTyped} />
        {mayImport && (
          <ChosenBar
            connectionId={id}
            selection={selection}
            manual={parseReferences(typed)}
            onClear={() => {
              setSelection(NOTHING);
              setTyped("");
            }}
          />
        )}
      </div>
    </Screen>
  );
}

interface TreeProps {
  readonly id: string;
  readonly selection: Selection;
  onSelection(selection: Selection): void;
}

function Tree({ id, selection, onSelection }: TreeProps): JSX.Element {
  const { t } = useText();
  const { query, refine } = useNavigation();
  const search = query.get("search") ?? "";
  const path = `/connections/${id}/repositories`;
  const pages = usePages<RepositoryRow, RepositoriesPage>(
    `${path}${search ? `?${new URLSearchParams({ search })}` : ""}`,
    ["import"],
  );
  return (
    <section class="card" aria-labelledby="tree-title">
      <header>
        <h2 id="tree-title">{t("pick.repositories")}</h2>
        <ListingAge listing={pages.first} path={`${path}?refresh=true`} onRead={pages.reload} />
      </header>
      <div class="toolbar">
        <SearchBox label={t("pick.search")} value={search} onSearch={(text) => refine({ search: text })} />
        <p class="hint keys push">{t("pick.keys")}</p>
      </div>
      <ProblemNote problem={pages.problem} retry={pages.reload} />
      {!pages.items && !pages.problem && <Loading />}
      {pages.items?.length === 0 && <Empty title={t("pick.noRepositories")} />}
      <ul class="tree" onKeyDown={walkTree}>
        {pages.items?.map((row) => (
          <RepositoryNode
            key={row.repository}
            connectionId={id}
            row={row}
            selection={selection}
            onSelection={onSelection}
          />
        ))}
      </ul>
      <MoreButton pages={pages} />
    </section>
  );
}
