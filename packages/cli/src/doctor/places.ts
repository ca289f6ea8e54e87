import { BrokerError, type Env } from "@tidewaiter/runtime";

/** Where a process is looked for. */
export interface Place {
  readonly url: URL;
  /** True when somebody named the address: then silence is a failure, not just another machine. */
  readonly isNamed: boolean;
}
export interface Places {
  readonly server: Place;
  readonly client: Place;
  readonly agent: Place;
}
export interface PlaceOptions {
  readonly server?: string;
  readonly client?: string;
  readonly agent?: string;
}

/**
 * Addresses from options, else from the variables that the processes themselves use, else the usual ports here.
 *
 * @throws {BrokerError} INPUT_INVALID, naming the option or variable.
 */
export function findPlaces(options: PlaceOptions, env: Env): Places {
  return {
    server: place(options.server, "--server", env, "BROKER_SERVER_URL", "http://127.0.0.1:7300"),
    client: place(options.client, "--client", env, "BROKER_CLIENT_URL", "http://127.0.0.1:7341"),
    agent: place(options.agent, "--agent", env, "CR_AGENT_URL", "http://127.0.0.1:17500"),
  };
}

function place(option: string | undefined, flag: string, env: Env, variable: string, usual: string): Place {
  const text = option ?? env[variable];
  const url = URL.parse(text || usual);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new BrokerError("INPUT_INVALID", `${option === undefined ? variable : flag}: an http(s) address is expected`);
  }
  return { url, isNamed: Boolean(text) };
}
