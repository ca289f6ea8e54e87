import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { Dialog } from "./dialog.tsx";

interface DialogButtonProps {
  readonly label: string;
  /** What the button does it to, for screen readers, where several buttons have the same words. */
  readonly of?: string;
  readonly title: string;
  readonly class?: string;
  readonly isWide?: boolean;
  /** What stands in the dialog; `close` ends it. */
  children(close: () => void): ComponentChildren;
}

/** A button that opens a dialog with something to fill in. What was typed is gone when it is closed. */
export function DialogButton({
  label,
  of,
  title,
  class: className = "",
  isWide = false,
  children,
}: DialogButtonProps): JSX.Element {
  const [isOpen, setIsOpen] = useState(false);
  const close = (): void => setIsOpen(false);
  return (
    <>
      <button type="button" class={`button ${className}`} aria-haspopup="dialog" onClick={() => setIsOpen(true)}>
        {label}
        {of && <span class="visually-hidden"> {of}</span>}
      </button>
      {isOpen && (
        <Dialog title={title} isWide={isWide} onClose={close}>
          {children(close)}
        </Dialog>
      )}
    </>
  );
}
