import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useText } from "../text/language.ts";
import { Icon } from "./icons.tsx";

/** Text to paste elsewhere, with a button that copies it. */
export function Copyable({ text, label }: { text: string; label: string }): JSX.Element {
  const { t } = useText();
  const [isCopied, setIsCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setIsCopied(true);
  };
  return (
    <figure class="copyable">
      <figcaption>
        <span>{label}</span>
        <button type="button" class="button small" onClick={() => void copy()}>
          <Icon name={isCopied ? "check" : "copy"} />
          <span aria-live="polite">{t(isCopied ? "common.copied" : "common.copy")}</span>
          <span class="visually-hidden"> {label}</span>
        </button>
      </figcaption>
      <pre>
        <code>{text}</code>
      </pre>
    </figure>
  );
}
