import { useCallback, useEffect, useState } from "preact/hooks";
import { toProblem } from "./client.ts";
import { useServices } from "./services.ts";
import type { LiveEventName, Page, Problem } from "./types/index.ts";
import { useLiveReload } from "./use-live.ts";

export interface Pages<T, P extends Page<T> = Page<T>> {
  readonly items: readonly T[] | undefined;
  /** The first page as it came, with what stands beside its items. */
  readonly first: P | undefined;
  readonly problem: Problem | undefined;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  more(): void;
  reload(): void;
}

interface State<T, P> {
  readonly path?: string;
  readonly items?: readonly T[];
  readonly first?: P;
  readonly cursor?: string;
  readonly problem?: Problem;
}

/** A paged list that grows on demand. Live events read the same number of pages again, so that nothing shown goes away. */
export function usePages<T, P extends Page<T> = Page<T>>(
  path: string | undefined,
  events: readonly LiveEventName[] = [],
): Pages<T, P> {
  const { api } = useServices();
  const [state, setState] = useState<State<T, P>>({});
  const [turn, setTurn] = useState(0);
  const [isLoadingMore, setIsLoadingMore] = useState(false);
  const reload = useCallback(() => setTurn((value) => value + 1), []);
  const isCurrent = path !== undefined && state.path === path;
  const shown = isCurrent ? (state.items?.length ?? 0) : 0;

  useEffect(() => {
    if (path === undefined) return;
    const control = new AbortController();
    readAtLeast<T, P>((cursor) => api.get<P>(path, { query: { cursor }, signal: control.signal }), shown).then(
      (read) => setState({ path, ...read }),
      (error: unknown) => {
        if (!control.signal.aborted)
          setState((before) => ({ ...(before.path === path ? before : { path }), problem: toProblem(error) }));
      },
    );
    return () => control.abort();
  }, [api, path, turn]);
  useLiveReload(events, reload);

  const more = async (): Promise<void> => {
    if (path === undefined || state.cursor === undefined || isLoadingMore) return;
    setIsLoadingMore(true);
    try {
      const page = await api.get<P>(path, { query: { cursor: state.cursor } });
      setState((before) => ({ ...before, items: [...(before.items ?? []), ...page.items], cursor: page.nextCursor }));
    } catch (error) {
      setState((before) => ({ ...before, problem: toProblem(error) }));
    } finally {
      setIsLoadingMore(false);
    }
  };
  return {
    items: isCurrent ? state.items : undefined,
    first: isCurrent ? state.first : undefined,
    problem: isCurrent ? state.problem : undefined,
    hasMore: isCurrent && state.cursor !== undefined,
    isLoadingMore,
    more: () => void more(),
    reload,
  };
}

async function readAtLeast<T, P extends Page<T>>(
  read: (cursor: string | undefined) => Promise<P>,
  count: number,
): Promise<{ items: readonly T[]; first: P; cursor?: string }> {
  const first = await read(undefined);
  const items = [...first.items];
  let cursor = first.nextCursor;
  while (cursor !== undefined && items.length < count) {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return { items, first, cursor };
}
