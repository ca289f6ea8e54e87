import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import type { Problem } from "../api/types/index.ts";
import { FieldNotes } from "./field.tsx";

interface TextAreaProps {
  readonly label: string;
  readonly value: string;
  readonly rows: number;
  readonly hint?: ComponentChildren;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly readOnly?: boolean;
  /** The failed call: its detail for `path` stands below the text. */
  readonly problem?: Problem | undefined;
  readonly path?: string;
  onValue(value: string): void;
}

/** A labelled text of several lines that a machine reads: ids, references, a Dockerfile. */
export function TextArea({ label, value, hint, problem, path, onValue, ...area }: TextAreaProps): JSX.Element {
  const id = useId();
  const fault = problem?.details?.find((detail) => path !== undefined && detail.path === path)?.reason;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        {...area}
        id={id}
        class="code"
        spellcheck={false}
        value={value}
        aria-invalid={fault ? true : undefined}
        aria-describedby={`${id}-hint`}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      <FieldNotes id={id} hint={hint} fault={fault} />
    </div>
  );
}
