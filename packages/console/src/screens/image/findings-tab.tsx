import type { JSX } from "preact";
import { type Finding, type Image, SEVERITIES } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Empty } from "../../parts/empty.tsx";
import { Facet, FlagFacet } from "../../parts/facet.tsx";
import { Choice } from "../../parts/field.tsx";
import { List } from "../../parts/list.tsx";
import { SearchBox } from "../../parts/search-box.tsx";
import { SeverityMark } from "../../parts/severity.tsx";
import { useText } from "../../text/language.ts";
import { FindingRows } from "./finding-rows.tsx";

const FILTERS = ["severity", "search", "fixable"] as const;
const SORTS = ["severity", "package", "since", "epss"] as const;

export function FindingsTab({ image }: { image: Image }): JSX.Element {
  const { t } = useText();
  const { query, refine } = useNavigation();
  const search = new URLSearchParams();
  for (const key of [...FILTERS, "sort"]) if (query.get(key)) search.set(key, query.get(key) ?? "");
  if (query.get("allowed") !== "true") search.set("allowed", "false");
  const pages = usePages<Finding>(`/images/${image.id}/findings?${search}`, ["advisories", "project"]);
  return (
    <>
      <div class="toolbar">
        <SearchBox value={query.get("search") ?? ""} onSearch={(text) => refine({ search: text })} />
        <Facet
          name="severity"
          label={t("finding.severity")}
          options={SEVERITIES.map((severity) => [severity, <SeverityMark key={severity} severity={severity} />])}
        />
        <FlagFacet name="fixable" label={t("images.filter.fixable")} />
        <FlagFacet name="allowed" label={t("finding.showAllowed")} />
        <div class="push">
          <Choice
            label={t("images.sort")}
            value={SORTS.find((sort) => sort === query.get("sort")) ?? "severity"}
            options={SORTS.map((sort) => [sort, t(`finding.sort.${sort}`)])}
            onValue={(sort) => refine({ sort: sort === "severity" ? "" : sort })}
          />
        </div>
      </div>
      <List source={pages} empty={<NoFindings image={image} isFiltered={FILTERS.some((key) => query.get(key))} />}>
        {(findings) => <FindingRows findings={findings} image={image} />}
      </List>
    </>
  );
}

function NoFindings({ image, isFiltered }: { image: Image; isFiltered: boolean }): JSX.Element {
  const { t } = useText();
  if (isFiltered) return <Empty title={t("finding.noMatch")} />;
  if (!image.totals.remaining) {
    return (
      <Empty title={t("finding.noData")}>
        <p class="soft">{t("finding.noData.hint")}</p>
      </Empty>
    );
  }
  return (
    <Empty title={t("finding.none")}>
      <p class="soft">{t("finding.none.hint")}</p>
    </Empty>
  );
}
