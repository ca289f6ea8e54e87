import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { changeQuery } from "../../navigation/address.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { recall, remember } from "../../navigation/storage.ts";
import { Icon } from "../../parts/icons.tsx";
import { useClosing } from "../../parts/use-closing.ts";
import { useText } from "../../text/language.ts";
import { parseViews, type SavedView, withView } from "./saved-views.ts";

const KEY = "tidewaiter-image-views";

/** Filters under a name, kept in this browser: to go back to, to save, to drop. */
export function ViewsMenu(): JSX.Element {
  const { t } = useText();
  const { query } = useNavigation();
  const menu = useClosing();
  const [views, setViews] = useState(() => parseViews(recall(KEY)));
  const keep = (next: readonly SavedView[]): void => {
    setViews(next);
    remember(KEY, JSON.stringify(next));
  };
  const present = changeQuery(query, {});
  return (
    <details ref={menu} class="facet views">
      <summary class="button">
        {t("views.title")}
        {views.length > 0 && <span class="pill">{views.length}</span>}
        <Icon name="chevron" />
      </summary>
      <div class="panel">
        <ul class="plain-list">
          {views.map((view) => (
            <ViewRow
              key={view.name}
              view={view}
              isPresent={view.query === present}
              onRemove={() => keep(views.filter((one) => one !== view))}
            />
          ))}
        </ul>
        <SaveForm onSave={(name) => keep(withView(views, { name, query: present }))} />
      </div>
    </details>
  );
}

interface ViewRowProps {
  readonly view: SavedView;
  readonly isPresent: boolean;
  onRemove(): void;
}

function ViewRow({ view, isPresent, onRemove }: ViewRowProps): JSX.Element {
  const { t } = useText();
  return (
    <li>
      <a href={`/images${view.query}`} aria-current={isPresent ? "page" : undefined}>
        {view.name}
      </a>
      <button
        type="button"
        class="button quiet small icon-only"
        aria-label={t("views.remove", { name: view.name })}
        onClick={onRemove}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}

function SaveForm({ onSave }: { onSave(name: string): void }): JSX.Element {
  const { t } = useText();
  const [name, setName] = useState("");
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onSave(name.trim());
    setName("");
  };
  return (
    <form class="inline-form" onSubmit={submit}>
      <input
        aria-label={t("views.name")}
        placeholder={t("views.name")}
        value={name}
        maxLength={60}
        required
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <button type="submit" class="button small" disabled={name.trim() === ""}>
        {t("common.save")}
      </button>
    </form>
  );
}
