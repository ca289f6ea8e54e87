import type { JSX } from "preact";
import type { Connection } from "../api/types/index.ts";
import { useText } from "../text/language.ts";
import { Icon } from "./icons.tsx";

const ICONS = { waiting: "clock", connected: "check", down: "cross" } as const;

export function ConnectionMark({ state }: { state: Connection["state"] }): JSX.Element {
  const { t } = useText();
  return (
    <span class={`state-mark ${state}`}>
      <Icon name={ICONS[state]} />
      {t(`connections.state.${state}`)}
    </span>
  );
}
