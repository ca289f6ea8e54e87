import type { JSX } from "preact";
import type { Connection } from "../../api/types/index.ts";
import { useResource } from "../../api/use-resource.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Icon } from "../../parts/icons.tsx";
import { useText } from "../../text/language.ts";

/** Filters that came by a link, from a connection or a repository: shown, so that they can be taken off. */
export function ChosenFilters(): JSX.Element | null {
  const { t } = useText();
  const { query } = useNavigation();
  const connectionId = query.get("connectionId");
  const repository = query.get("repository");
  const connection = useResource<Connection>(connectionId ? `/connections/${connectionId}` : undefined);
  if (!connectionId && !repository) return null;
  return (
    <div class="toolbar">
      {connectionId && (
        <Chip name="connectionId" label={t("images.connection")} value={connection.data?.name ?? connectionId} />
      )}
      {repository && <Chip name="repository" label={t("images.repository")} value={repository} />}
    </div>
  );
}

function Chip({ name, label, value }: { name: string; label: string; value: string }): JSX.Element {
  const { refine } = useNavigation();
  const { t } = useText();
  return (
    <button type="button" class="button small toggle" aria-pressed="true" onClick={() => refine({ [name]: "" })}>
      {label}: {value}
      <Icon name="close" />
      <span class="visually-hidden"> {t("images.clear")}</span>
    </button>
  );
}
