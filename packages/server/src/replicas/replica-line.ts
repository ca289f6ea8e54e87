import { BrokerError, type Clock, type Logger, type Secret, toBrokerError } from "@tidewaiter/runtime";
import type { Client, QueryResult } from "pg";

export interface ReplicaLineOptions {
  readonly databaseUrl: Secret;
  readonly log: Logger;
  readonly clock: Clock;
  /** Time between signs of life, ms; an answer that takes longer counts as a lost line. */
  readonly tickMs: number;
  readonly onMessage: (text: string) => void;
  /** The line was away for a moment: messages may have been missed. */
  readonly onBack: () => void;
  readonly onLead: () => void;
  /** Stands for all that waits when too much does. */
  readonly overflow: string;
}

/**
 * One connection to PostgreSQL that carries messages between servers and holds the leader's lock. The database gives the
 * lock to the next server when the leader's connection ends, and a leader without its connection leads no more.
 */
export interface ReplicaLine {
  readonly isLeader: boolean;
  /** Sends in order; what cannot be sent now is dropped. */
  send(text: string): void;
  /** One sign of life: opens the line when it is not, and asks for the leader's lock. */
  tick(): Promise<void>;
  /** Until the signal fires. */
  run(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Messages that wait for the database. */
const MAX_WAITING = 1_000;
const CHANNEL = "tidewaiter_servers";
/** Any number that nobody else locks in this database ("tide" in ASCII). */
const LEADER_LOCK = 0x74696465;
/** PostgreSQL notices within half a minute that a server's machine has gone without a word. */
const SESSION = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3";

export function createReplicaLine(options: ReplicaLineOptions): ReplicaLine {
  const { log, clock, tickMs } = options;
  let client: Client | undefined;
  let isLeader = false;
  let isClosed = false;
  let turn: Promise<unknown> = Promise.resolve();
  const waiting: string[] = [];
  const drop = (lost: Client, error?: unknown): void => {
    if (client !== lost) return;
    client = undefined;
    isLeader = false;
    if (!isClosed) log.warn("the line to the other servers is lost", { code: toBrokerError(error).code });
    lost.end().catch(() => {});
  };
  const open = async (): Promise<Client> => {
    const fresh = await connect(options);
    fresh.on("error", (error) => drop(fresh, error));
    fresh.on("end", () => drop(fresh));
    fresh.on("notification", ({ payload }) => options.onMessage(payload ?? ""));
    await fresh.query(`LISTEN ${CHANNEL}`);
    return fresh;
  };
  /** One after the other: the driver takes no second query while one runs. */
  const ask = (asked: Client, text: string, values: unknown[] = []): Promise<QueryResult> => {
    const answer = turn.then(() => asked.query(text, values));
    turn = answer.catch(() => {});
    return answer;
  };
  const sendNext = async (sender: Client): Promise<void> => {
    await turn;
    const text = waiting.shift();
    if (text !== undefined) await ask(sender, "SELECT pg_notify($1, $2)", [CHANNEL, text]);
  };
  const line: ReplicaLine = {
    get isLeader() {
      return isLeader;
    },
    send(text) {
      const sender = client;
      if (!sender) return;
      if (waiting.length >= MAX_WAITING) waiting.splice(0, waiting.length, options.overflow);
      waiting.push(text);
      sendNext(sender).catch((error) => drop(sender, error));
    },
    async tick() {
      if (!client) {
        client = await open();
        options.onBack();
      }
      const present = client;
      try {
        const got = isLeader ? await ask(present, "SELECT 1") : await ask(present, TRY_LOCK, [LEADER_LOCK]);
        if (isLeader || client !== present || got.rows[0]?.got !== true) return;
      } catch (error) {
        drop(present, error);
        throw error;
      }
      isLeader = true;
      log.info("this server leads");
      options.onLead();
    },
    async run(signal) {
      while (!signal.aborted) {
        await line.tick().catch((error) => log.warn("the other servers cannot be told", { error }));
        await clock.sleep(tickMs, signal).catch(() => {});
      }
    },
    async close() {
      isClosed = true;
      const last = client;
      client = undefined;
      isLeader = false;
      await last?.end();
    },
  };
  return line;
}

const TRY_LOCK = "SELECT pg_try_advisory_lock($1) AS got";

async function connect({ databaseUrl, tickMs }: ReplicaLineOptions): Promise<Client> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({
    connectionString: databaseUrl.reveal(),
    application_name: "tidewaiter-server-line",
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    query_timeout: Math.max(2_000, tickMs * 2),
    options: SESSION,
  });
  // Until somebody listens: what is wrong stands in the rejected call.
  client.on("error", () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    client.end().catch(() => {});
    throw new BrokerError("UNAVAILABLE", "PostgreSQL cannot be reached", { cause: error });
  }
}
