import type { JSX } from "preact";
import { apiUrl } from "../../api/client.ts";
import { type FindingSummary, SEVERITIES } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Empty } from "../../parts/empty.tsx";
import { Facet, FlagFacet } from "../../parts/facet.tsx";
import { List } from "../../parts/list.tsx";
import { Screen } from "../../parts/screen.tsx";
import { SearchBox } from "../../parts/search-box.tsx";
import { SeverityMark } from "../../parts/severity.tsx";
import { TypeFacet } from "../../parts/type-facet.tsx";
import { useText } from "../../text/language.ts";
import { ChosenRepository } from "../images/chosen-repository.tsx";
import { ConnectionFilter } from "../images/connection-filter.tsx";
import { FindingSummaries } from "./finding-summaries.tsx";

const KEYS = ["connectionId", "type", "repository", "severity", "fixable", "advisory", "package"] as const;

/** Findings over all images: who has this CVE, who has this package. */
export function FindingsScreen(): JSX.Element {
  const { t } = useText();
  const { query, refine } = useNavigation();
  const chosen = Object.fromEntries(KEYS.flatMap((key) => (query.get(key) ? [[key, query.get(key) ?? ""]] : [])));
  const pages = usePages<FindingSummary>(`/findings?${new URLSearchParams(chosen)}`, ["advisories", "project"]);
  return (
    <Screen
      title={t("findings.title")}
      lead={t("findings.lead")}
      actions={
        <>
          <a class="button" download href={apiUrl("/findings/export", { ...chosen, format: "csv" })}>
            CSV
          </a>
          <a class="button" download href={apiUrl("/findings/export", { ...chosen, format: "json" })}>
            JSON
          </a>
        </>
      }
    >
      <div class="toolbar">
        <SearchBox
          label={t("findings.advisory")}
          value={query.get("advisory") ?? ""}
          onSearch={(advisory) => refine({ advisory })}
        />
        <SearchBox
          label={t("findings.package")}
          value={query.get("package") ?? ""}
          onSearch={(name) => refine({ package: name })}
        />
        <ConnectionFilter />
        <ChosenRepository />
        <Facet
          name="severity"
          label={t("finding.severity")}
          options={SEVERITIES.map((severity) => [severity, <SeverityMark key={severity} severity={severity} />])}
        />
        <TypeFacet />
        <FlagFacet name="fixable" label={t("images.filter.fixable")} />
      </div>
      <List source={pages} empty={<Empty title={t(query.size > 0 ? "finding.noMatch" : "findings.none")} />}>
        {(findings) => <FindingSummaries findings={findings} />}
      </List>
    </Screen>
  );
}
