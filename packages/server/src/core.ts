import { join } from "node:path";
import {
  type Clock,
  createVault,
  deriveKey,
  type Env,
  type Logger,
  loadVaultKey,
  type Metrics,
  outboundFromEnv,
  type Readiness,
  type Shutdown,
} from "@tidewaiter/runtime";
import { type Access, createAccess } from "./access/access.ts";
import { EVERYTHING } from "./access/principal.ts";
import { createAdvisories } from "./advisories/advisories.ts";
import { createFetch } from "./advisories/fetch.ts";
import { createPeerFollower } from "./advisories/follow-peers.ts";
import { createImportUpload } from "./advisories/import-upload.ts";
import { createAlerting } from "./alerts/alerting.ts";
import { watch } from "./alerts/watch.ts";
import { createCallbackAnswerer } from "./callbacks/callbacks.ts";
import type { ServerSettings } from "./config.ts";
import { createAgentCalls } from "./connections/agent-calls.ts";
import { createClientWatch } from "./connections/client-watch.ts";
import { createConnections } from "./connections/connections.ts";
import { createHooks } from "./connections/hooks.ts";
import { createListings } from "./connections/listings.ts";
import { createPresence, type Presence } from "./connections/presence.ts";
import { createRefusalRecorder } from "./connections/refused-requests.ts";
import { registerTokens } from "./connections/register-tokens.ts";
import { createTokenExpiry } from "./connections/token-expiry.ts";
import { createBrokerTokens } from "./connections/tokens.ts";
import { createEventBus } from "./events/bus.ts";
import { createFleet } from "./fleet/fleet.ts";
import { readNodeState } from "./fleet/node-state.ts";
import { createImages } from "./images/images.ts";
import { createRecount } from "./images/recount.ts";
import { createMatcher } from "./matching/matcher.ts";
import { createRematcher } from "./matching/rematcher.ts";
import { createTotalsKeeper } from "./overview/totals-keeper.ts";
import { createAllowExpiry } from "./policy/allow-expiry.ts";
import { createAllowLists } from "./policy/allow-lists.ts";
import { createMessageTaker, joinServers } from "./replicas/join-servers.ts";
import { createPeerReads } from "./replicas/peer-reads.ts";
import type { ReplicaHandlers } from "./replicas/replicas.ts";
import { shareBus } from "./replicas/shared-bus.ts";
import { createTakeover } from "./replicas/takeover.ts";
import { createScanning } from "./scans/scanning.ts";
import { acceptPush } from "./schedules/push.ts";
import { createRefresher } from "./schedules/refresher.ts";
import { createSchedules } from "./schedules/schedules.ts";
import { createTimekeeper } from "./schedules/timekeeper.ts";
import { createServerMetrics } from "./server-metrics.ts";
import type { Services } from "./services.ts";
import { keepHouse } from "./store/housekeeping.ts";
import type { Store } from "./store/open.ts";
import { createStoreWatch } from "./store/store-watch.ts";
import { createTraffic, type Traffic } from "./traffic/traffic.ts";
import { createTunnelHub, loadServerRules, type TunnelHub } from "./tunnel/index.ts";

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
  readonly readiness: Readiness;
  /** True for one of the servers that share a store. */
  leads(): boolean;
  /** How many share it now. */
  serverCount(): number;
  /** Starts the loops: queue and leases, timetables, advisories, alerts, sums. */
  start(): void;
}

const MAX_ANSWER_BYTES = 16_777_216;
const HOUR_MS = 3_600_000;

export async function createCore(options: CoreOptions): Promise<Core> {
  const { settings, log, store, clock, shutdown } = options;
  const { signal } = shutdown;
  const { db } = store;
  const localBus = createEventBus();
  const outbound = outboundFromEnv(options.env);
  const advisoryPath = settings.TIDEWAITER_ADVISORY_DB ?? join(settings.TIDEWAITER_DATA_DIR, "advisories.db");
  const key = loadVaultKey(settings.TIDEWAITER_ENCRYPTION_KEY, join(settings.TIDEWAITER_DATA_DIR, "server.key"));
  const servers = await joinServers({ db, clock, log, settings, outbound, advisoryPath, key });
  const { replicas } = servers;
  const leads = replicas.leads;
  const serverCount = (): number => replicas.peers().length + 1;
  shutdown.add("other servers", () => servers.close());
  const bus = shareBus(localBus, replicas.send);
  const base = { db, clock, log, bus, settings, leads, signal };
  const access = createAccess(db, clock, log, settings, serverCount);
  const allowLists = createAllowLists(db, clock);
  const { rulesFor } = allowLists;
  const tokens = createBrokerTokens(db, clock);
  const schedules = createSchedules(db, clock);
  const liveClients = (id: string): number => hub.clients(id).length;
  const connections = createConnections({ db, clock, liveClients, nextRunOf: schedules.nextRunOf });
  const totals = createTotalsKeeper(db, clock, log, leads);
  // Whatever moves in a connection is told to those who watch it, and this is one of them.
  bus.subscribe(EVERYTHING, ({ connectionId }) => connectionId !== null && totals.touch(connectionId));
  const alerting = createAlerting({ ...base, outbound, vault: createVault(deriveKey(key, "channels")) });
  await alerting.channels.sealAll();
  shutdown.add("alerts", () => alerting.close());
  const matcher = createMatcher(advisoryPath);
  shutdown.add("matcher", () => matcher.close());
  const onChanged = (connectionId: string, imageId: string): void => {
    bus.publish("project", connectionId, { imageId });
  };
  const matching = { ...base, matcher, rulesFor, onChanged };
  const recount = createRecount(matching);
  const rematcher = createRematcher({
    ...matching,
    // One of several servers compares again; the others see none that is newer.
    generation: () => (leads() ? advisories.generation() : undefined),
    onNewFindings: alerting.onNewFindings,
  });
  const advisories = createAdvisories({
    ...base,
    ...advisoryOptions(settings),
    path: advisoryPath,
    fetch: createFetch(settings, advisoryPath, outbound),
    importUpload: createImportUpload(settings, advisoryPath),
    onNewData: rematcher.wake,
  });
  shutdown.add("advisories", () => advisories.close());
  const agent = createAgentCalls({ call: (id, request) => hub.call(id, request) }, MAX_ANSWER_BYTES);
  const listings = createListings({ ...base, ...listingOptions(settings), agent });
  const presence = createPresence({
    ...base,
    connections,
    ownClients: (id) => ownHub.clients(id).length,
    liveClients,
    changed: replicas.changed,
    onCame: () => scanning.dispatcher.wake(),
  });
  const figures = createServerMetrics({ ...base, metrics: options.metrics, presence, advisories: advisories.status });
  const scanning = await createScanning({
    ...base,
    agent,
    listings,
    matcher,
    rulesFor,
    liveConnections: presence.live,
    advisoriesReady: advisories.ready,
    announce: alerting,
    owner: replicas.id,
    living: () => [replicas.id, ...replicas.peers().map(({ id }) => id)],
    onWork: () => replicas.send({ kind: "work" }),
    onEnded: figures.scanEnded,
  });
  const { rules, dispatcher } = scanning;
  const tickMs = settings.TIDEWAITER_TICK_MS;
  const queueTimeoutMs = settings.TIDEWAITER_QUEUE_TIMEOUT_MS;
  const refresher = createRefresher({ ...base, agent, rules, queueTimeoutMs, wake: scanning.wake });
  const timekeeper = createTimekeeper({ ...base, schedules, refresher, tickMs });
  const push = (connectionId: string, body: unknown): Promise<void> =>
    acceptPush({ ...base, refresher, rules }, connectionId, body);
  const answer = createCallbackAnswerer({ ...scanning.callbacks, push }, settings.TIDEWAITER_MAX_RESULT_BYTES, log);
  const peers = createPeerReads(replicas, servers.calls);
  const traffic = createTraffic(settings.TIDEWAITER_TRAFFIC_CALLS, clock, peers);
  const ownHub = await createHub(options, access, tokens.find, answer, presence, traffic, () => replicas.slot);
  const tunnels = () =>
    presence.live().flatMap((id) => ownHub.clients(id).map((client) => ({ connectionId: id, client })));
  const [{ id }, startedAt] = [replicas, clock.now()];
  const node = () => readNodeState({ id, version: options.version, startedAt, leads, tunnels });
  const hub = servers.share(ownHub, tokens.connectionOf, { node, traffic: traffic.tell });
  await registerTokens(tokens, connections, settings.TIDEWAITER_BROKER_TOKENS);
  const expiry = createAllowExpiry(db, clock, recount);
  const follow = createPeerFollower({
    ...base,
    path: advisoryPath,
    generation: advisories.generation,
    fetch: servers.calls.advisories,
    onNewData: rematcher.wake,
  });
  const takeover = createTakeover({ ...base, connections, scanning, advisories });
  const handlers: ReplicaHandlers = {
    tunnels,
    advisories: advisories.generation,
    onMessage: createMessageTaker(localBus, ownHub, dispatcher.wake),
    onLead: takeover.lead,
    onLook: (peers) => {
      follow(peers);
      takeover.look(peers);
    },
  };
  const storeWatch = createStoreWatch(base);
  const loops = [
    () => storeWatch.run(),
    () => replicas.run(handlers, signal),
    () => scanning.run(),
    () => timekeeper.run(),
    () => advisories.run(),
    () => rematcher.run(),
    () => totals.run(signal),
    () => alerting.deliveries.run(),
    () => figures.run(signal),
    () =>
      keepHouse({ ...base, sessions: access.sessions, retentionMs: settings.TIDEWAITER_RETENTION_DAYS * 24 * HOUR_MS }),
    () =>
      watch({
        ...base,
        deliveries: alerting.deliveries,
        advisories: advisories.status,
        expiry,
        tokens: createTokenExpiry(db, clock, (id, reason) => ownHub.disconnect(id, reason)),
        graceMs: settings.TIDEWAITER_LOST_AFTER_MS,
        tickMs: tickMs * 5,
      }),
  ];
  const fleet = createFleet({ db, own: node, ownUrl: replicas.url, peers });
  const services: Services = {
    ...base,
    ...access,
    ...scanning,
    hub,
    traffic,
    fleet,
    diagnosis: {
      ...{ db, clock, agent, hub, fleet, traffic, advisories, readiness: storeWatch.readiness },
      ...{ env: options.env, metrics: options.metrics, version: options.version },
    },
    version: options.version,
    publicUrl: settings.TIDEWAITER_PUBLIC_URL,
    sessionMaxMs: settings.TIDEWAITER_SESSION_HOURS * HOUR_MS,
    allowsPrivateWebhooks: settings.TIDEWAITER_ALLOW_PRIVATE_WEBHOOKS,
    connections,
    tokens,
    agent,
    listings,
    hooks: createHooks(db, agent),
    images: createImages({ ...base, rulesFor }),
    allowLists,
    advisories,
    schedules,
    channels: alerting.channels,
    deliveries: alerting.deliveries,
    recount,
  };
  return {
    services,
    hub,
    readiness: storeWatch.readiness,
    leads,
    serverCount,
    start: () => startLoops(loops, log, shutdown),
  };
}

function advisoryOptions(settings: ServerSettings) {
  return {
    intervalMs: settings.TIDEWAITER_ADVISORY_INTERVAL_MS,
    staleMs: settings.TIDEWAITER_ADVISORY_STALE_HOURS * HOUR_MS,
  };
}

function listingOptions(settings: ServerSettings) {
  return { maxAgeMs: settings.TIDEWAITER_LISTING_AGE_MS, maxNames: settings.TIDEWAITER_MAX_LISTING_NAMES };
}

async function createHub(
  { settings, log, metrics, env, store }: CoreOptions,
  access: Access,
  findConnection: (token: string) => Promise<string | undefined>,
  answerCallback: ReturnType<typeof createCallbackAnswerer>,
  presence: Presence,
  traffic: Traffic,
  slot: () => number,
): Promise<TunnelHub> {
  const rules = await loadServerRules(settings.ACCEPT);
  const watchClient = createClientWatch(access.audit, store.db);
  const recordRefusal = createRefusalRecorder(access.audit);
  return createTunnelHub(
    {
      findConnection,
      mayCall: access.mayUseTunnel,
      answerCallback,
      onConnected: (id, client) => {
        presence.connected(id);
        watchClient(id, client).catch((error) => log.error("a new client could not be audited", { error }));
      },
      onDisconnected: (id) => presence.disconnected(id),
      onSubstitutionRefused: (id, client, request) => {
        recordRefusal(id, client, request).catch((error) => log.error("a refusal could not be audited", { error }));
      },
      onCall: traffic.record,
    },
    { settings, log, metrics, env, rules, slot },
  );
}

/** The loops end with the shutdown's signal, and the store closes only after the last of them. */
function startLoops(loops: readonly (() => Promise<void>)[], log: Logger, shutdown: Shutdown): void {
  const running = loops.map((loop) => loop().catch((error) => log.error("a loop ended", { error })));
  shutdown.add("loops", async () => {
    await Promise.all(running);
  });
}
