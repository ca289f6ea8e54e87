import type { JSX } from "preact";
import type { Connection, Page } from "../../api/types/index.ts";
import { useResource } from "../../api/use-resource.ts";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { useText } from "../../text/language.ts";

interface ConnectionScopeProps {
  /** null: every connection. */
  readonly chosen: readonly string[] | null;
  onChoose(chosen: readonly string[] | null): void;
}

/** Which connections somebody, or a key, may see. */
export function ConnectionScope({ chosen, onChoose }: ConnectionScopeProps): JSX.Element {
  const { t } = useText();
  const connections = useResource<Page<Connection>>("/connections?limit=500");
  const toggle = (id: string): void => {
    const present = chosen ?? [];
    onChoose(present.includes(id) ? present.filter((one) => one !== id) : [...present, id]);
  };
  return (
    <fieldset class="field">
      <legend>{t("people.connections")}</legend>
      <ProblemNote problem={connections.problem} retry={connections.reload} />
      <div class="check-list">
        <label class="check">
          <input
            type="checkbox"
            checked={chosen === null}
            onChange={(event) => onChoose(event.currentTarget.checked ? null : [])}
          />
          {t("people.connections.all")}
        </label>
        {chosen !== null &&
          connections.data?.items.map(({ id, name }) => (
            <label key={id} class="check">
              <input type="checkbox" checked={chosen.includes(id)} onChange={() => toggle(id)} />
              {name}
            </label>
          ))}
      </div>
    </fieldset>
  );
}
