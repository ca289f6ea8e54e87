import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { SCAN_STATES, SEVERITIES } from "../../api/types/index.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Facet, FlagFacet } from "../../parts/facet.tsx";
import { Choice } from "../../parts/field.tsx";
import { Icon } from "../../parts/icons.tsx";
import { SearchBox } from "../../parts/search-box.tsx";
import { SeverityMark } from "../../parts/severity.tsx";
import { StateMark } from "../../parts/state-mark.tsx";
import { TypeFacet } from "../../parts/type-facet.tsx";
import { useText } from "../../text/language.ts";
import { ChosenRepository } from "./chosen-repository.tsx";
import { ConnectionFilter } from "./connection-filter.tsx";
import { ViewsMenu } from "./views-menu.tsx";

const SORTS = ["repository", "severity", "scannedAt"] as const;

export function ImageFilters(): JSX.Element {
  const { t } = useText();
  const { query, refine } = useNavigation();
  const isGrouped = query.get("group") === "true";
  const [isOpen, setIsOpen] = useState(false);
  return (
    <div class={`toolbar folds ${isOpen ? "open" : ""}`}>
      <SearchBox value={query.get("search") ?? ""} onSearch={(search) => refine({ search })} />
      <button type="button" class="button fold" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        {t("images.filters")}
        <Icon name="chevron" class={isOpen ? "opened" : ""} />
      </button>
      <ConnectionFilter />
      <ChosenRepository />
      {!isGrouped && <Facets />}
      <ViewsMenu />
      <FlagFacet name="group" label={t("images.filter.group")} />
      {!isGrouped && (
        <div class="push">
          <Choice
            label={t("images.sort")}
            value={SORTS.find((sort) => sort === query.get("sort")) ?? "repository"}
            options={SORTS.map((sort) => [sort, t(`images.sort.${sort}`)])}
            onValue={(sort) => refine({ sort: sort === "repository" ? "" : sort })}
          />
        </div>
      )}
    </div>
  );
}

function Facets(): JSX.Element {
  const { t } = useText();
  return (
    <>
      <Facet
        name="severity"
        label={t("images.filter.severity")}
        options={SEVERITIES.map((severity) => [severity, <SeverityMark key={severity} severity={severity} />])}
      />
      <Facet
        name="state"
        label={t("images.state")}
        options={SCAN_STATES.map((state) => [state, <StateMark key={state} state={state} />])}
      />
      <TypeFacet />
      <FlagFacet name="fixable" label={t("images.filter.fixable")} />
      <FlagFacet name="signed" label={t("images.filter.signed")} />
      <FlagFacet name="new" label={t("images.filter.new")} />
    </>
  );
}
