import type { JSX } from "preact";
import type { ScanState } from "../api/types/index.ts";
import { useText } from "../text/language.ts";
import { Icon, type IconName } from "./icons.tsx";

const ICONS: Record<ScanState, IconName> = {
  NotScanned: "skip",
  Queued: "clock",
  Scanning: "spinner",
  Complete: "check",
  Stopped: "pause",
  Failed: "cross",
  Unsupported: "skip",
};

export function StateMark({ state }: { state: ScanState }): JSX.Element {
  const { t } = useText();
  return (
    <span class={`state-mark ${state}`}>
      <Icon name={ICONS[state]} class={state === "Scanning" ? "turning" : ""} />
      {t(`state.${state}`)}
    </span>
  );
}
