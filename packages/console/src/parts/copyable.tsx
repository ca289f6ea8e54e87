import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { useText } from "../text/language.ts";
import { Icon } from "./icons.tsx";

/** Text to paste elsewhere, with a button that copies it. */
export function Copyable({ text, label }: { text: string; label: string }): JSX.Element {
  const { t } = useText();
  const [isCopied, setIsCopied] = useState(false);
  const block = useRef<HTMLPreElement>(null);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setIsCopied(true);
    } catch {
      // Without TLS, or without the right, there is no clipboard: the text is marked instead, ready for the keyboard.
      if (block.current) getSelection()?.selectAllChildren(block.current);
    }
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
      <pre ref={block}>
        <code>{text}</code>
      </pre>
    </figure>
  );
}
