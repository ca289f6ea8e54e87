import type { ComponentChildren, JSX } from "preact";
import type { Action } from "../api/use-action.ts";
import { ProblemNote } from "./problem-note.tsx";

interface FormProps {
  /** What sending the form does. */
  readonly action: Action<readonly []>;
  /** Words on the button that sends it. */
  readonly label: string;
  readonly isDisabled?: boolean;
  readonly class?: string;
  readonly isQuiet?: boolean;
  /** Buttons beside the one that sends it. */
  readonly beside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** Fields, then the reason why it failed, then the button: one write for each press. */
export function Form({
  action,
  label,
  isDisabled = false,
  class: className = "",
  isQuiet = false,
  beside,
  children,
}: FormProps): JSX.Element {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void action.run();
  };
  return (
    <form class={`form ${className}`} onSubmit={submit}>
      {children}
      <ProblemNote problem={action.problem} />
      <div class="actions">
        <button type="submit" class={`button ${isQuiet ? "" : "primary"}`} disabled={action.isRunning || isDisabled}>
          {label}
        </button>
        {beside}
      </div>
    </form>
  );
}
