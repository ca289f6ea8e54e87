import type { JSX } from "preact";
import type { Image, PackageRow } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Empty } from "../../parts/empty.tsx";
import { List } from "../../parts/list.tsx";
import { SearchBox } from "../../parts/search-box.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { type TextTools, useText } from "../../text/language.ts";

export function PackagesTab({ image }: { image: Image }): JSX.Element {
  const text = useText();
  const { query, refine } = useNavigation();
  const search = query.get("search") ?? "";
  const pages = usePages<PackageRow>(`/images/${image.id}/packages?${new URLSearchParams(search ? { search } : {})}`);
  return (
    <>
      <div class="toolbar">
        <SearchBox value={search} onSearch={(typed) => refine({ search: typed })} />
      </div>
      <List source={pages} empty={<Empty title={text.t("package.none")} />}>
        {(packages) => (
          <Table
            caption={text.t("image.tab.packages")}
            columns={packageColumns(text)}
            rows={packages}
            keyOf={({ purl, locations }) => `${purl} ${locations[0]?.path}`}
          />
        )}
      </List>
    </>
  );
}

function packageColumns({ t, number }: TextTools): Column<PackageRow>[] {
  return [
    {
      head: t("package.name"),
      kind: "title",
      cell: ({ name, purl, source }) => (
        <>
          <strong title={purl}>{name}</strong>
          {source && source.name !== name && <span class="sub">{source.name}</span>}
        </>
      ),
    },
    { head: t("package.version"), cell: ({ version }) => <code>{version || "–"}</code> },
    {
      head: t("package.type"),
      cell: ({ type, scope }) => (
        <>
          {type} {scope === "development" && <span class="tag-mark">{t("package.development")}</span>}
        </>
      ),
    },
    { head: t("package.licenses"), cell: ({ licenses }) => licenses?.join(", ") || "–" },
    { head: t("package.path"), cell: ({ locations }) => <Places locations={locations} /> },
    {
      head: t("images.findings"),
      kind: "number",
      cell: ({ findings }) =>
        findings > 0 ? <strong>{number(findings)}</strong> : <span class="soft">{number(0)}</span>,
    },
  ];
}

function Places({ locations: [first, ...others] }: Pick<PackageRow, "locations">): JSX.Element {
  const { number } = useText();
  return (
    <>
      <code class="path">{first?.path}</code>
      {others.length > 0 && (
        <span class="soft" title={others.map(({ path }) => path).join("\n")}>
          {" "}
          +{number(others.length)}
        </span>
      )}
    </>
  );
}
