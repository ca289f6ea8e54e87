import type { JSX } from "preact";
import { formatUtc } from "../text/format.ts";
import { useText } from "../text/language.ts";

/** A time in the reader's zone, with UTC on hover. `age`: how long ago, with both on hover. */
export function Time({ at, age = false }: { at: string | null | undefined; age?: boolean }): JSX.Element {
  const text = useText();
  if (!at) return <span class="soft">{text.t("common.never")}</span>;
  const local = text.time(at);
  return (
    <time dateTime={at} title={age ? `${local} · ${formatUtc(at)}` : formatUtc(at)}>
      {age ? text.age(at) : local}
    </time>
  );
}
