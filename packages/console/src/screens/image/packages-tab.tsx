import type { JSX } from "preact";
import type { Image, PackageRow } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Empty, Loading } from "../../parts/empty.tsx";
import { MoreButton } from "../../parts/more-button.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { SearchBox } from "../../parts/search-box.tsx";
import { useText } from "../../text/language.ts";

export function PackagesTab({ image }: { image: Image }): JSX.Element {
  const { t } = useText();
  const { query, refine } = useNavigation();
  const search = query.get("search") ?? "";
  const pages = usePages<PackageRow>(`/images/${image.id}/packages?${new URLSearchParams(search ? { search } : {})}`);
  return (
    <>
      <div class="toolbar">
        <SearchBox value={search} onSearch={(text) => refine({ search: text })} />
      </div>
      <ProblemNote problem={pages.problem} retry={pages.reload} />
      {!pages.items && !pages.problem && <Loading />}
      {pages.items?.length === 0 && <Empty title={t("package.none")} />}
      {pages.items && pages.items.length > 0 && <PackageTable packages={pages.items} />}
      <MoreButton pages={pages} />
    </>
  );
}

function PackageTable({ packages }: { packages: readonly PackageRow[] }): JSX.Element {
  const { t } = useText();
  return (
    <div class="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">{t("package.name")}</th>
            <th scope="col">{t("package.version")}</th>
            <th scope="col">{t("package.type")}</th>
            <th scope="col">{t("package.licenses")}</th>
            <th scope="col">{t("package.path")}</th>
            <th scope="col" class="number">
              {t("images.findings")}
            </th>
          </tr>
        </thead>
        <tbody>
          {packages.map((row) => (
            <PackageRowView key={`${row.purl} ${row.locations[0]?.path}`} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function PackageRowView({ row }: { row: PackageRow }): JSX.Element {
  const { t, number } = useText();
  const [first, ...others] = row.locations;
  return (
    <tr>
      <td>
        <strong title={row.purl}>{row.name}</strong>
        {row.source && row.source.name !== row.name && <span class="sub">{row.source.name}</span>}
      </td>
      <td data-label={t("package.version")}>
        <code>{row.version || "–"}</code>
      </td>
      <td data-label={t("package.type")}>
        {row.type} {row.scope === "development" && <span class="tag-mark">{t("package.development")}</span>}
      </td>
      <td data-label={t("package.licenses")}>{row.licenses?.join(", ") || "–"}</td>
      <td data-label={t("package.path")}>
        <code class="small-text">{first?.path}</code>
        {others.length > 0 && <span class="soft"> +{number(others.length)}</span>}
      </td>
      <td data-label={t("images.findings")} class="number">
        {row.findings > 0 ? <strong>{number(row.findings)}</strong> : <span class="soft">0</span>}
      </td>
    </tr>
  );
}
