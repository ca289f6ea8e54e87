import type { JSX } from "preact";
import type { Connection, Page } from "../../api/types/index.ts";
import { useResource } from "../../api/use-resource.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { useText } from "../../text/language.ts";

/** Narrows a list to one connection. With a single one there is nothing to choose. */
export function ConnectionFilter(): JSX.Element | null {
  const { t } = useText();
  const { query, refine } = useNavigation();
  const connections = useResource<Page<Connection>>("/connections?limit=500", ["connection"]);
  const items = connections.data?.items ?? [];
  if (items.length < 2) return null;
  return (
    <select
      aria-label={t("images.connection")}
      value={query.get("connectionId") ?? ""}
      onChange={(event) => refine({ connectionId: event.currentTarget.value })}
    >
      <option value="">{t("people.connections.all")}</option>
      {items.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
