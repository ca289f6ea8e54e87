import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useText } from "../text/language.ts";
import { Icon } from "./icons.tsx";

const SETTLE_MS = 250;

/** A search input that tells its value when the typing pauses. */
export function SearchBox({
  value,
  label,
  onSearch,
}: {
  value: string;
  label?: string;
  onSearch(value: string): void;
}): JSX.Element {
  const { t } = useText();
  const id = useId();
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (next: string): void => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onSearch(next.trim()), SETTLE_MS);
  };
  return (
    <div class="search-box">
      <Icon name="search" />
      <label class="visually-hidden" for={id}>
        {label ?? t("common.search")}
      </label>
      <input
        id={id}
        type="search"
        value={text}
        placeholder={label ?? t("common.search")}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => type(event.currentTarget.value)}
      />
    </div>
  );
}
