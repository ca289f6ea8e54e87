import type { JSX } from "preact";
import { useNavigation } from "../../navigation/navigation.ts";
import { Icon } from "../../parts/icons.tsx";
import { useText } from "../../text/language.ts";

/** The repository that a link narrowed a list to: shown, so that it can be taken off. */
export function ChosenRepository(): JSX.Element | null {
  const { t } = useText();
  const { query, refine } = useNavigation();
  const repository = query.get("repository");
  if (!repository) return null;
  return (
    <button
      type="button"
      class="button toggle chip"
      aria-pressed="true"
      title={repository}
      onClick={() => refine({ repository: "" })}
    >
      <span>
        {t("images.repository")}: {repository}
      </span>
      <Icon name="close" />
      <span class="visually-hidden"> {t("images.clear")}</span>
    </button>
  );
}
