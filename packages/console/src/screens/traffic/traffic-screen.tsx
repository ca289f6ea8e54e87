import type { JSX } from "preact";
import { CALL_DIRECTIONS, CALL_OUTCOMES, type Traffic } from "../../api/types/index.ts";
import { type Resource, useResource } from "../../api/use-resource.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Downloads } from "../../parts/downloads.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Facet, FlagFacet } from "../../parts/facet.tsx";
import { List } from "../../parts/list.tsx";
import { Screen } from "../../parts/screen.tsx";
import { SearchBox } from "../../parts/search-box.tsx";
import { useText } from "../../text/language.ts";
import { ConnectionFilter } from "../images/connection-filter.tsx";
import { CallTable } from "./call-table.tsx";
import { CallTotals } from "./call-totals.tsx";
import { DeniedCard } from "./denied-card.tsx";
import { useRepeat } from "./use-repeat.ts";

const KEYS = ["connectionId", "direction", "outcome", "search"] as const;
const STEP = 100;
const MAX_SHOWN = 1_000;
const LIVE_MS = 2_000;

/** The last calls through the tunnels, with the rule that let each through or came nearest. */
export function TrafficScreen(): JSX.Element {
  const { t } = useText();
  const { query, refine } = useNavigation();
  const chosen = Object.fromEntries(KEYS.flatMap((key) => (query.get(key) ? [[key, query.get(key) ?? ""]] : [])));
  const limit = Math.min(Number(query.get("limit")) || STEP, MAX_SHOWN);
  const traffic = useResource<Traffic>(`/traffic?${new URLSearchParams({ ...chosen, limit: String(limit) })}`);
  useRepeat(query.get("live") === "true", LIVE_MS, traffic.reload);
  return (
    <Screen
      title={t("traffic.title")}
      lead={t("traffic.lead")}
      actions={
        <>
          <FlagFacet name="live" label={t("traffic.live")} />
          <button type="button" class="button" onClick={traffic.reload}>
            {t("traffic.refresh")}
          </button>
          <Downloads path="/traffic/export" query={chosen} formats={["csv", "json"]} />
        </>
      }
    >
      <div class="stack">
        {traffic.data && <CallTotals traffic={traffic.data} />}
        {traffic.data && traffic.data.denied.length > 0 && <DeniedCard denied={traffic.data.denied} />}
        <div class="toolbar flush">
          <SearchBox
            label={t("traffic.search")}
            value={query.get("search") ?? ""}
            onSearch={(search) => refine({ search })}
          />
          <ConnectionFilter />
          <Facet
            name="outcome"
            label={t("traffic.outcome")}
            options={CALL_OUTCOMES.map((one) => [one, t(`traffic.outcome.${one}`)])}
          />
          <Facet
            name="direction"
            label={t("traffic.direction")}
            options={CALL_DIRECTIONS.map((one) => [one, t(`traffic.direction.${one}`)])}
          />
        </div>
        <Calls traffic={traffic} isFiltered={Object.keys(chosen).length > 0} limit={limit} />
      </div>
    </Screen>
  );
}

interface CallsProps {
  readonly traffic: Resource<Traffic>;
  readonly isFiltered: boolean;
  readonly limit: number;
}

function Calls({ traffic: { data, problem, reload }, isFiltered, limit }: CallsProps): JSX.Element {
  const { t } = useText();
  const { refine } = useNavigation();
  const count = data?.items.length ?? 0;
  const hasMore = data !== undefined && data.matching > count && limit < MAX_SHOWN;
  return (
    <div>
      <List
        source={{ items: data?.items, problem, reload }}
        empty={<NoCalls isFiltered={isFiltered} isOff={data?.keeps === 0} />}
      >
        {(calls) => <CallTable calls={calls} />}
      </List>
      {data && count > 0 && (
        <div class="list-foot">
          <span class="soft">{t("traffic.shown", { count, matching: data.matching, keeps: data.keeps })}</span>
          {hasMore && (
            <button type="button" class="button" onClick={() => refine({ limit: String(limit + STEP) })}>
              {t("common.more")}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function NoCalls({ isFiltered, isOff }: { isFiltered: boolean; isOff: boolean }): JSX.Element {
  const { t } = useText();
  if (isOff) return <Empty title={t("traffic.off")} />;
  if (isFiltered) return <Empty title={t("traffic.noMatch")} />;
  return (
    <Empty title={t("traffic.none")}>
      <p class="soft">{t("traffic.none.hint")}</p>
    </Empty>
  );
}
