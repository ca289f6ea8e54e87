import { join } from "node:path";
import type { Clock, Env, Logger, Metrics, Shutdown } from "@tidewaiter/runtime";
import { type Access, createAccess } from "./access/access.ts";
import { createAdvisories } from "./advisories/advisories.ts";
import { createCallbackAnswerer } from "./callbacks/callbacks.ts";
import type { ServerSettings } from "./config.ts";
import { createAgentCalls } from "./connections/agent-calls.ts";
import { createConnections } from "./connections/connections.ts";
import { createListings } from "./connections/listings.ts";
import { createPresence } from "./connections/presence.ts";
import { registerTokens } from "./connections/register-tokens.ts";
import { createBrokerTokens } from "./connections/tokens.ts";
import { createEventBus } from "./events/bus.ts";
import { createImages } from "./images/images.ts";
import { createMatcher } from "./matching/matcher.ts";
import { createRematcher } from "./matching/rematcher.ts";
import { createTotalsKeeper } from "./overview/totals-keeper.ts";
import { createAllowLists } from "./policy/allow-lists.ts";
import { createScanning } from "./scans/scanning.ts";
import type { Services } from "./services.ts";
import type { Store } from "./store/open.ts";
import { createTunnelHub, type TunnelHub } from "./tunnel/index.ts";

export interface CoreOptions {
  readonly settings: ServerSettings;
  readonly env: Env;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly store: Store;
  readonly clock: Clock;
  readonly version: string;
  readonly shutdown: Shutdown;
}

/** Everything behind the listeners. */
export interface Core {
  readonly services: Services;
  readonly hub: TunnelHub;
  /** Starts the loops: queue and leases, advisories, sums. */
  start(): void;
}

const MAX_ANSWER_BYTES = 16_777_216;

export async function createCore(options: CoreOptions): Promise<Core> {
  const { settings, log, store, clock, shutdown } = options;
  const { db } = store;
  const { signal } = shutdown;
  const bus = createEventBus();
  const access = createAccess(db, clock, log, settings);
  const allowLists = createAllowLists(db, clock);
  const tokens = createBrokerTokens(db, clock);
  const liveClients = (id: string): number => hub.clients(id).length;
  const connections = createConnections({ db, clock, liveClients, nextRunOf: async () => null });
  const totals = createTotalsKeeper(db, clock, log);
  const advisoryPath = settings.TIDEWAITER_ADVISORY_DB ?? join(settings.TIDEWAITER_DATA_DIR, "advisories.db");
  const matcher = createMatcher(advisoryPath);
  shutdown.add("matcher", () => matcher.close());
  const rematcher = createRematcher({
    db,
    clock,
    log,
    matcher,
    generation: () => advisories.generation(),
    rulesFor: allowLists.rulesFor,
    onNewFindings: async () => {},
    onChanged: (connectionId, imageId) => {
      totals.touch(connectionId);
      bus.publish("project", connectionId, { imageId });
    },
    signal,
  });
  const advisories = createAdvisories({
    ...advisoryOptions(settings),
    db,
    clock,
    log,
    bus,
    path: advisoryPath,
    onNewData: rematcher.wake,
    signal,
  });
  shutdown.add("advisories", () => advisories.close());
  const agent = createAgentCalls({ call: (id, request) => hub.call(id, request) }, MAX_ANSWER_BYTES);
  const listings = createListings({
    db,
    clock,
    agent,
    maxAgeMs: settings.TIDEWAITER_LISTING_AGE_MS,
    maxNames: settings.TIDEWAITER_MAX_LISTING_NAMES,
  });
  const presence = createPresence({
    connections,
    bus,
    clock,
    log,
    liveClients,
    onCame: () => scanning.dispatcher.wake(),
  });
  const scanning = await createScanning({
    db,
    clock,
    log,
    settings,
    bus,
    agent,
    listings,
    matcher,
    rulesFor: allowLists.rulesFor,
    liveConnections: presence.live,
    advisoriesReady: advisories.ready,
    onEnded: async (row) => totals.touch(row.connection_id),
    onNewFindings: async () => {},
    signal,
  });
  const answerCallback = createCallbackAnswerer(
    { ...scanning.callbacks, push: async () => {} },
    settings.TIDEWAITER_MAX_RESULT_BYTES,
    log,
  );
  const hub = createHub(options, access, { findConnection: tokens.find, answerCallback, presence });
  await registerTokens(tokens, connections, settings.TIDEWAITER_BROKER_TOKENS);
  const services: Services = {
    ...access,
    ...scanning,
    db,
    clock,
    log,
    bus,
    hub,
    version: options.version,
    publicUrl: settings.TIDEWAITER_PUBLIC_URL,
    sessionMaxMs: settings.TIDEWAITER_SESSION_HOURS * 3_600_000,
    connections,
    tokens,
    agent,
    listings,
    images: createImages({ db, clock, rulesFor: allowLists.rulesFor }),
    allowLists,
    advisories,
    onConnectionChanged: async () => {},
  };
  const loops = [
    () => scanning.dispatcher.run(signal),
    () => advisories.run(),
    () => rematcher.run(),
    () => totals.run(signal),
  ];
  return { services, hub, start: () => startLoops(loops, log, shutdown) };
}

function advisoryOptions(settings: ServerSettings) {
  return {
    sources: settings.TIDEWAITER_ADVISORY_SOURCES,
    intervalMs: settings.TIDEWAITER_ADVISORY_INTERVAL_MS,
    staleMs: settings.TIDEWAITER_ADVISORY_STALE_HOURS * 3_600_000,
  };
}

interface HubParts {
  readonly findConnection: (token: string) => Promise<string | undefined>;
  readonly answerCallback: ReturnType<typeof createCallbackAnswerer>;
  readonly presence: ReturnType<typeof createPresence>;
}

function createHub({ settings, log, metrics, env }: CoreOptions, access: Access, parts: HubParts): TunnelHub {
  const { findConnection, answerCallback, presence } = parts;
  return createTunnelHub(
    {
      findConnection,
      mayCall: access.mayUseTunnel,
      answerCallback,
      onConnected: (id) => presence.connected(id),
      onDisconnected: (id) => presence.disconnected(id),
    },
    { settings, log, metrics, env },
  );
}

/** The loops end with the shutdown's signal, and the store closes only after the last of them. */
function startLoops(loops: readonly (() => Promise<void>)[], log: Logger, shutdown: Shutdown): void {
  const running = loops.map((loop) => loop().catch((error) => log.error("a loop ended", { error })));
  shutdown.add("loops", async () => {
    await Promise.all(running);
  });
}
