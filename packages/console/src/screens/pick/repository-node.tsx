import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { RepositoryRow } from "../../api/types/index.ts";
import { Icon } from "../../parts/icons.tsx";
import { useText } from "../../text/language.ts";
import { RuleForm } from "./rule-form.tsx";
import { changeRule, type Selection, type Tick, tickOf, toggleRepository } from "./selection.ts";
import { TagList } from "./tag-list.tsx";

interface RepositoryNodeProps {
  readonly connectionId: string;
  readonly row: RepositoryRow;
  readonly selection: Selection;
  onSelection(selection: Selection): void;
}

/** A repository of the tree. Its tags are read when it is opened. */
export function RepositoryNode({ connectionId, row, selection, onSelection }: RepositoryNodeProps): JSX.Element {
  const { t } = useText();
  const id = useId();
  const { repository, imported } = row;
  const [isOpen, setIsOpen] = useState(false);
  const [known, setKnown] = useState<number | undefined>(undefined);
  const rule = selection.rules.get(repository);
  return (
    <li>
      <div class="tree-row">
        <button
          type="button"
          class="button quiet icon-only"
          aria-expanded={isOpen}
          aria-controls={id}
          aria-label={t("pick.show", { name: repository })}
          onClick={() => setIsOpen(!isOpen)}
        >
          <Icon name="chevron" class={isOpen ? "opened" : ""} />
        </button>
        <TriStateBox
          label={t("pick.repository", { name: repository })}
          tick={tickOf(selection, repository, known)}
          onToggle={() => onSelection(toggleRepository(selection, repository))}
        />
        <button type="button" class="link plain" onClick={() => setIsOpen(!isOpen)}>
          {repository}
        </button>
        {imported > 0 && <span class="tag-mark">{t("pick.imported", { count: imported })}</span>}
      </div>
      {rule && <RuleForm rule={rule} onChange={(next) => onSelection(changeRule(selection, next))} />}
      <div id={id}>
        {isOpen && (
          <TagList
            connectionId={connectionId}
            repository={repository}
            selection={selection}
            onSelection={onSelection}
            onKnown={setKnown}
          />
        )}
      </div>
    </li>
  );
}

/** The third state of a check box exists only as a property, so it is set on the element. */
function TriStateBox({ label, tick, onToggle }: { label: string; tick: Tick; onToggle(): void }): JSX.Element {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = tick === "some";
  }, [tick]);
  return <input ref={box} type="checkbox" aria-label={label} checked={tick === "all"} onChange={onToggle} />;
}
