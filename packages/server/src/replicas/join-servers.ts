import { deriveKey, type OutboundOptions } from "@tidewaiter/runtime";
import type { EventBus } from "../events/bus.ts";
import type { TunnelHub } from "../tunnel/hub.ts";
import { openReplicas, type ReplicasOptions } from "./open-replicas.ts";
import { createPeerCalls, type PeerCalls } from "./peer-calls.ts";
import { createPeerProof } from "./peer-proof.ts";
import { peerRoutes, type ServerTells } from "./peer-routes.ts";
import type { ReplicaMessage } from "./replica-messages.ts";
import type { Replicas } from "./replicas.ts";
import { relaySessions } from "./session-relay.ts";
import { createSharedHub } from "./shared-hub.ts";
import { tunnelRelay } from "./tunnel-relay.ts";

export interface ServersOptions extends ReplicasOptions {
  /** The key of TIDEWAITER_ENCRYPTION_KEY. */
  readonly key: Uint8Array;
  readonly outbound: OutboundOptions;
  readonly advisoryPath: string;
}

/** The servers on one store, and the ways between them. */
export interface Servers {
  readonly replicas: Replicas;
  readonly calls: PeerCalls;
  /** The tunnels of this server and of the others, behind one face. */
  share(
    hub: TunnelHub,
    connectionOf: (tokenHash: string) => Promise<string | undefined>,
    tells: ServerTells,
  ): TunnelHub;
  close(): Promise<void>;
}

export async function joinServers(options: ServersOptions): Promise<Servers> {
  const { settings, clock, key, outbound, advisoryPath } = options;
  const replicas = await openReplicas(options);
  const proof = createPeerProof(deriveKey(key, "servers"), () => clock.now());
  const calls = createPeerCalls({
    proof,
    outbound,
    headMs: settings.TIDEWAITER_EXCHANGE_TIMEOUT_MS,
    bodyIdleMs: settings.TIDEWAITER_BODY_IDLE_MS,
    onUnreachable: (peer) => replicas.suspect(peer),
  });
  return {
    replicas,
    calls,
    share(hub, connectionOf, tells) {
      if (replicas.url === undefined) return hub;
      const before = [
        peerRoutes({ proof, hub, advisoryPath, tells }),
        tunnelRelay({ replicas, proof, calls, hub, connectionOf }),
      ];
      return createSharedHub(hub, replicas, calls, before, (server) =>
        relaySessions(server, { replicas, calls, proof, ca: outbound.ca }),
      );
    },
    async close() {
      await calls.close();
      await replicas.close();
    },
  };
}

/** What the messages of other servers do here. */
export function createMessageTaker(
  bus: EventBus,
  hub: Pick<TunnelHub, "disconnect">,
  onWork: () => void,
): (message: ReplicaMessage) => void {
  return (message) => {
    if (message.kind === "event") bus.publish(message.name, message.connectionId, message.data);
    else if (message.kind === "reset") bus.reset();
    else if (message.kind === "disconnect") hub.disconnect(message.connectionId, message.reason);
    else if (message.kind === "work") onWork();
  };
}
