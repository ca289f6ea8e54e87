import type { z } from "zod";
import { sees, type Viewer } from "../access/principal.ts";
import type { fleetRoutes } from "../api/contract/fleet.ts";
import type { PeerReads } from "../replicas/peer-reads.ts";
import type { Db } from "../store/open.ts";
import { toIso } from "../store/values.ts";
import { readNames } from "./connection-names.ts";
import type { ToldNode } from "./node-state.ts";

export type FleetView = z.output<(typeof fleetRoutes)["show"]["response"]>;

export interface FleetOptions {
  readonly db: Db;
  readonly own: () => ToldNode;
  /** Where the others reach this server; undefined for one that is alone. */
  readonly ownUrl: string | undefined;
  readonly peers: Pick<PeerReads, "nodes">;
}

/** Servers and broker clients as they are at this moment. */
export interface Fleet {
  show(viewer: Viewer, signal: AbortSignal): Promise<FleetView>;
}

export function createFleet({ db, own, ownUrl, peers }: FleetOptions): Fleet {
  return {
    async show(viewer, signal) {
      const names = await readNames(db, viewer);
      const others = await peers.nodes(signal);
      const self = own();
      const nodes = [
        { id: self.id, url: ownUrl ?? null, isThis: true, state: self },
        ...others.map(({ peer: { id, url }, state }) => ({ id, url, isThis: false, state })),
      ];
      const clients = nodes.flatMap(({ id, state }) =>
        (state?.tunnels ?? [])
          .filter(({ connectionId }) => sees(viewer, connectionId) && names.has(connectionId))
          .map(({ connectionId, client }) => ({
            ...client,
            connectedAt: toIso(client.connectedAt),
            ...{ connectionId, connectionName: names.get(connectionId) ?? "", serverId: id },
          })),
      );
      return {
        servers: viewer.connections === null ? nodes.map(toServer) : [],
        clients: clients.sort((a, b) => a.connectionName.localeCompare(b.connectionName)),
      };
    },
  };
}

function toServer({
  state,
  ...node
}: Pick<FleetView["servers"][number], "id" | "url" | "isThis"> & {
  state: ToldNode | undefined;
}): FleetView["servers"][number] {
  if (!state) return { ...node, state: null };
  const { host, version, startedAt, memoryBytes, isLeader, tunnels } = state;
  const inFlight = tunnels.reduce((sum, { client }) => sum + client.inFlight, 0);
  const counts = { clients: tunnels.length, inFlight };
  return { ...node, state: { host, version, startedAt: toIso(startedAt), memoryBytes, isLeader, ...counts } };
}
