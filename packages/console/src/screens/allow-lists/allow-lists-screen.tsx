import type { JSX } from "preact";
import { useMay } from "../../api/services.ts";
import type { AllowEntry, Connection, ConnectionAllowList, Page } from "../../api/types/index.ts";
import { useResource } from "../../api/use-resource.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Loading } from "../../parts/empty.tsx";
import { Choice } from "../../parts/field.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Screen } from "../../parts/screen.tsx";
import { useText } from "../../text/language.ts";
import { AllowForm } from "./allow-form.tsx";
import { AllowTable } from "./allow-table.tsx";
import { ModeCard } from "./mode-card.tsx";

const COMMON = "common";

/** The common list, or the one of the connection that the address names. */
export function AllowListsScreen(): JSX.Element {
  const { t } = useText();
  const { query, refine } = useNavigation();
  const connections = useResource<Page<Connection>>("/connections?limit=500");
  const chosen = query.get("connection") ?? COMMON;
  const options: (readonly [string, string])[] = [
    [COMMON, t("allow.common")],
    ...(connections.data?.items ?? []).map(({ id, name }) => [id, name] as const),
  ];
  return (
    <Screen title={t("allow.title")} lead={t("allow.lead")}>
      <ProblemNote problem={connections.problem} retry={connections.reload} />
      <div class="toolbar">
        <Choice
          label={t("allow.which")}
          value={chosen}
          options={options}
          onValue={(next) => refine({ connection: next === COMMON ? "" : next })}
        />
      </div>
      {chosen === COMMON ? <CommonList /> : <ListOfConnection key={chosen} id={chosen} />}
    </Screen>
  );
}

function CommonList(): JSX.Element {
  const mayManage = useMay("admin");
  const list = useResource<{ entries: AllowEntry[] }>("/allow-list", ["project"]);
  return (
    <div class="stack">
      {mayManage && <AllowForm path="/allow-list" onAdded={list.reload} />}
      <ProblemNote problem={list.problem} retry={list.reload} />
      {list.isLoading && <Loading />}
      {list.data && <AllowTable entries={list.data.entries} onRemoved={list.reload} />}
    </div>
  );
}

function ListOfConnection({ id }: { id: string }): JSX.Element {
  const mayManage = useMay("admin");
  const path = `/connections/${id}/allow-list`;
  const list = useResource<ConnectionAllowList>(path, ["project", "connection"]);
  return (
    <div class="stack">
      <ProblemNote problem={list.problem} retry={list.reload} />
      {list.isLoading && <Loading />}
      {list.data && <ModeCard connectionId={id} list={list.data} onChanged={list.reload} />}
      {mayManage && <AllowForm path={path} onAdded={list.reload} />}
      {list.data && <AllowTable entries={list.data.own} onRemoved={list.reload} />}
    </div>
  );
}
