import { askAgents } from "../../fleet/ask-agents.ts";
import type { Services } from "../../services.ts";
import type { Handlers } from "../mount.ts";

/** Servers, broker clients and agents. */
export function fleetHandlers({ fleet, db, agent, hub }: Services): Handlers<"fleet"> {
  const isLive = (connectionId: string): boolean => hub.clients(connectionId).length > 0;
  return {
    show: ({ principal, signal }) => fleet.show(principal, signal),
    agents: ({ principal, signal }) => askAgents(principal, { db, agent, isLive }, signal),
  };
}
