import { API_ROOT } from "./client.ts";
import { LIVE_EVENTS, type LiveEventName } from "./types/index.ts";

export type LiveListener = (name: LiveEventName, data: unknown) => void;

/** One event stream for the whole page. `reset` means: something was missed, read again. */
export interface Live {
  /** Returns the function that ends it. */
  listen(listener: LiveListener): () => void;
  /** Hears whether the stream stands. */
  watchState(watcher: (isOpen: boolean) => void): () => void;
  start(): void;
  stop(): void;
}

const REOPEN_MS = 3_000;

export function createLive(): Live {
  const listeners = new Set<LiveListener>();
  const watchers = new Set<(isOpen: boolean) => void>();
  const held: { source?: EventSource; timer?: ReturnType<typeof setTimeout>; wasOpen: boolean } = { wasOpen: false };
  const tell = (name: LiveEventName, data: unknown): void => {
    for (const listener of [...listeners]) listener(name, data);
  };
  const open = (): void => {
    const source = new EventSource(`${API_ROOT}/events`);
    held.source = source;
    source.addEventListener("open", () => {
      for (const watcher of watchers) watcher(true);
      if (held.wasOpen) tell("reset", undefined);
      held.wasOpen = true;
    });
    source.addEventListener("error", () => {
      for (const watcher of watchers) watcher(false);
      // A browser gives up for good on an answer other than 200, such as a restarting proxy's.
      if (source.readyState === EventSource.CLOSED) held.timer = setTimeout(open, REOPEN_MS);
    });
    for (const name of LIVE_EVENTS) {
      source.addEventListener(name, (event: MessageEvent<string>) => tell(name, parse(event.data)));
    }
  };
  const stop = (): void => {
    clearTimeout(held.timer);
    held.source?.close();
    held.source = undefined;
    held.wasOpen = false;
  };
  return {
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    watchState(watcher) {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    start() {
      stop();
      open();
    },
    stop,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
