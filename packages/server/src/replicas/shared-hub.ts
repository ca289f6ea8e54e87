import type { Server } from "node:http";
import { toBrokerError } from "@tidewaiter/runtime";
import { Router } from "express";
import type { TunnelHub, TunnelRequest, TunnelResponse } from "../tunnel/hub.ts";
import type { PeerCalls } from "./peer-calls.ts";
import type { Replicas } from "./replicas.ts";

/** The tunnels of all servers as if they ended here. */
export function createSharedHub(
  hub: TunnelHub,
  replicas: Replicas,
  calls: PeerCalls,
  before: readonly Router[],
  relaySessions: (server: Server) => void,
): TunnelHub {
  return {
    router: Router().use(...before, hub.router),
    attach(server) {
      hub.attach(server);
      relaySessions(server);
    },
    clients: (connectionId) => [...hub.clients(connectionId), ...replicas.clients(connectionId)],
    async call(connectionId, request) {
      if (hub.clients(connectionId).length > 0) return hub.call(connectionId, request);
      return (await callElsewhere(replicas, calls, connectionId, request)) ?? hub.call(connectionId, request);
    },
    disconnect(connectionId, reason) {
      hub.disconnect(connectionId, reason);
      replicas.send({ kind: "disconnect", connectionId, reason });
    },
    async close(drainMs) {
      await replicas.leave();
      await hub.close(drainMs);
    },
  };
}

/** Asks one holder after the other as long as the request was not sent; undefined when nobody else holds the tunnel. */
async function callElsewhere(
  replicas: Replicas,
  calls: PeerCalls,
  connectionId: string,
  request: TunnelRequest,
): Promise<TunnelResponse | undefined> {
  for (let [peer] = replicas.holders(connectionId); peer; [peer] = replicas.holders(connectionId)) {
    const asked = peer;
    try {
      return await calls.call(asked, connectionId, request);
    } catch (error) {
      const wasDropped = !replicas.holders(connectionId).includes(asked);
      if (toBrokerError(error).code !== "TUNNEL_DOWN" || !wasDropped) throw error;
      if (replicas.holders(connectionId).length === 0) throw error;
    }
  }
  return undefined;
}
