import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { toProblem } from "./client.ts";
import { useServices } from "./services.ts";
import type { LiveEventName, Problem } from "./types/index.ts";
import { useLiveReload } from "./use-live.ts";

export interface Resource<T> {
  readonly data: T | undefined;
  readonly problem: Problem | undefined;
  readonly isLoading: boolean;
  reload(): void;
  /** Puts in what is known already, such as the answer to a write. */
  set(data: T): void;
}

/** Reads `path` (nothing while undefined), and again whenever one of `events` comes. */
export function useResource<T>(path: string | undefined, events: readonly LiveEventName[] = []): Resource<T> {
  const { api } = useServices();
  const [state, setState] = useState<{ path?: string; data?: T; problem?: Problem }>({});
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((value) => value + 1), []);
  const wanted = useRef(path);
  wanted.current = path;

  useEffect(() => {
    if (path === undefined) return;
    const control = new AbortController();
    api.get<T>(path, { signal: control.signal }).then(
      (data) => setState({ path, data }),
      (error: unknown) => {
        if (control.signal.aborted) return;
        setState((before) => ({
          path,
          data: before.path === path ? before.data : undefined,
          problem: toProblem(error),
        }));
      },
    );
    return () => control.abort();
  }, [api, path, turn]);

  useLiveReload(events, reload);
  const isCurrent = path !== undefined && state.path === path;
  return {
    data: isCurrent ? state.data : undefined,
    problem: isCurrent ? state.problem : undefined,
    isLoading: path !== undefined && !isCurrent,
    reload,
    set: (data) => setState({ path: wanted.current, data }),
  };
}
