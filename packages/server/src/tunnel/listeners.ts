import type { Server } from "node:http";

export type Listener = (...args: unknown[]) => void;

/** Takes away who listens to an event of a server, so that somebody can stand in front of them and call them. */
export function takeListeners(server: Server, event: "request" | "upgrade"): Listener[] {
  const listeners = server.listeners(event) as Listener[];
  server.removeAllListeners(event);
  return listeners;
}
