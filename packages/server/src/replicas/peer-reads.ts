import type { z } from "zod";
import { type ToldNode, toldNodeSchema } from "../fleet/node-state.ts";
import { type ToldTraffic, toldTrafficSchema } from "../traffic/kept-call.ts";
import { NODE_PATH, type PeerCalls, TRAFFIC_PATH } from "./peer-calls.ts";
import type { Peer } from "./replica-table.ts";
import type { Replicas } from "./replicas.ts";

/** What was answered, and how many servers said nothing. */
export interface Told<T> {
  readonly answers: readonly T[];
  readonly silent: number;
}

/** What a server tells of itself, asked of all the others at once. A page shows what came; nobody waits for a dead server. */
export interface PeerReads {
  traffic(signal: AbortSignal): Promise<Told<ToldTraffic>>;
  /** Servers that do not answer are there without a state. */
  nodes(signal: AbortSignal): Promise<readonly { readonly peer: Peer; readonly state: ToldNode | undefined }[]>;
}

const WAIT_MS = 3_000;

export function createPeerReads(replicas: Pick<Replicas, "peers">, calls: Pick<PeerCalls, "read">): PeerReads {
  const askAll = <T>(path: string, schema: z.ZodType<T>, signal: AbortSignal) => {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)]);
    const ask = async (peer: Peer): Promise<T | undefined> =>
      schema.safeParse(await calls.read(peer, path, limited).catch(() => undefined)).data;
    return Promise.all(replicas.peers().map(async (peer) => ({ peer, state: await ask(peer) })));
  };
  return {
    async traffic(signal) {
      const asked = await askAll(TRAFFIC_PATH, toldTrafficSchema, signal);
      const answers = asked.flatMap(({ state }) => (state === undefined ? [] : [state]));
      return { answers, silent: asked.length - answers.length };
    },
    nodes: (signal) => askAll(NODE_PATH, toldNodeSchema, signal),
  };
}
