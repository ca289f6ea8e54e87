import { randomUUID } from "node:crypto";
import { type Logger, toBrokerError } from "@tidewaiter/runtime";
import type { Discovery } from "./discovery.ts";
import type { ServerAddresses } from "./server-address.ts";
import type { Role } from "./tunnel-socket.ts";

export interface DialAddress {
  readonly url: string;
  readonly headers: Record<string, string>;
}

/** Where the next dial of each connection goes. */
export interface Dialling {
  forRole(role: Role): {
    address(signal: AbortSignal): Promise<DialAddress>;
    /** The server that the dispatcher chose at the last dial. */
    serverId(): string | undefined;
  };
  /** After a failed dial or a lost connection: the server may have become another one. */
  forget(): void;
}

export interface DiallingOptions {
  readonly addresses: ServerAddresses;
  readonly discovery: Discovery;
  /** In high availability mode: asks which server to use. Its failure never holds a dial up. */
  readonly dispatch: ((signal: AbortSignal) => Promise<string>) | undefined;
  readonly log: Logger;
}

export function createDialling({ addresses, discovery, dispatch, log }: DiallingOptions): Dialling {
  return {
    forRole(role) {
      let serverId: string | undefined;
      return {
        serverId: () => serverId,
        async address(signal) {
          const kind = await discovery.kind(signal);
          if (dispatch) serverId = await askOrGoOn(dispatch, signal, log);
          const headers = {
            ...addresses.headers(kind),
            "x-snyk-broker-client-role": role,
            "snyk-request-id": randomUUID(),
          };
          return { url: addresses.socket(kind, role, serverId).href, headers };
        },
      };
    },
    forget: () => discovery.forget(),
  };
}

async function askOrGoOn(
  dispatch: (signal: AbortSignal) => Promise<string>,
  signal: AbortSignal,
  log: Logger,
): Promise<string | undefined> {
  try {
    return await dispatch(signal);
  } catch (error) {
    log.warn("the dispatcher gave no server, dialling without one", { code: toBrokerError(error).code, error });
    return undefined;
  }
}
