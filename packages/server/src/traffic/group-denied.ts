import type { ToldCall } from "./kept-call.ts";

export interface DeniedGroup {
  readonly latest: ToldCall;
  readonly count: number;
}

/** Denied calls of the same connection, direction, method and path as one, the latest first; at most `limit` groups. */
export function groupDenied(denied: readonly ToldCall[], limit: number): DeniedGroup[] {
  const groups = Map.groupBy(denied, ({ connectionId, direction, method, path }) =>
    [connectionId, direction, method, path.split("?", 1)[0]].join(" "),
  );
  return [...groups.values()]
    .flatMap((calls) => (calls[0] ? [{ latest: calls[0], count: calls.length }] : []))
    .slice(0, limit);
}
