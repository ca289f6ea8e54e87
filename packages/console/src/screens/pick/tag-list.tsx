import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { TagRow, TagsPage } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { Empty, Loading } from "../../parts/empty.tsx";
import { MoreButton } from "../../parts/more-button.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { SearchBox } from "../../parts/search-box.tsx";
import { formatUtc, shortDigest } from "../../text/format.ts";
import { useText } from "../../text/language.ts";
import { ListingAge } from "./listing-age.tsx";
import { isTagChosen, type Selection, toggleTag } from "./selection.ts";

interface TagListProps {
  readonly connectionId: string;
  readonly repository: string;
  readonly selection: Selection;
  onSelection(selection: Selection): void;
  /** Hears how many tags there are, once all of them were read. */
  onKnown(count: number): void;
}

export function TagList({ connectionId, repository, selection, onSelection, onKnown }: TagListProps): JSX.Element {
  const { t } = useText();
  const [search, setSearch] = useState("");
  const path = `/connections/${connectionId}/tags?${new URLSearchParams({ repository, ...(search && { search }) })}`;
  const pages = usePages<TagRow, TagsPage>(path, ["import"]);
  const all = pages.items && !pages.hasMore && search === "" ? pages.items.length : undefined;
  useEffect(() => {
    if (all !== undefined) onKnown(all);
  }, [all]);
  return (
    <div class="tags">
      <div class="toolbar">
        <SearchBox label={t("pick.searchTags", { name: repository })} value={search} onSearch={setSearch} />
        <ListingAge listing={pages.first} path={`${path}&refresh=true`} onRead={pages.reload} />
      </div>
      <ProblemNote problem={pages.problem} retry={pages.reload} />
      {!pages.items && !pages.problem && <Loading />}
      {pages.items?.length === 0 && <Empty title={t("pick.noTags")} />}
      <ul>
        {pages.items?.map((row) => (
          <Tag
            key={row.tag}
            row={row}
            isChosen={isTagChosen(selection, repository, row.tag)}
            isRuled={selection.rules.has(repository)}
            onToggle={() => onSelection(toggleTag(selection, repository, row))}
          />
        ))}
      </ul>
      <MoreButton pages={pages} />
    </div>
  );
}

interface TagProps {
  readonly row: TagRow;
  readonly isChosen: boolean;
  /** A rule chooses the tags of this repository. */
  readonly isRuled: boolean;
  onToggle(): void;
}

function Tag({ row, isChosen, isRuled, onToggle }: TagProps): JSX.Element {
  const { t, bytes, age } = useText();
  return (
    <li>
      <label class="check">
        <input type="checkbox" checked={isChosen} disabled={isRuled} onChange={onToggle} />
        <strong>{row.tag}</strong>
        {row.digest && <code class="soft">{shortDigest(row.digest)}</code>}
        {row.sizeBytes !== null && <span class="soft">{bytes(row.sizeBytes)}</span>}
        {row.pushedAt && (
          <span class="soft" title={formatUtc(row.pushedAt)}>
            {t("pick.pushed", { age: age(row.pushedAt) })}
          </span>
        )}
        {row.platforms.length > 0 && <span class="soft">{row.platforms.join(", ")}</span>}
      </label>
      {row.projectId && <a href={`/images/${row.projectId}`}>{t("pick.alreadyImported")}</a>}
    </li>
  );
}
