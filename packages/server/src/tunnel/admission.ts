import type { IncomingMessage } from "node:http";
import { Secret } from "@tidewaiter/runtime";
import { presentedToken, tokenHash } from "./token.ts";

/** A handshake that proved its token. */
export interface Admission {
  readonly connectionId: string;
  readonly token: Secret;
  readonly tokenHash: string;
  readonly clientId: string | undefined;
}

const SEGMENT = /^\/primus\/([^/?]{1,128})/;

/** Undefined for a handshake whose token nobody knows; `findConnection` gives the connection of a token. */
export async function admit(
  request: IncomingMessage,
  findConnection: (token: string) => Promise<string | undefined>,
): Promise<Admission | undefined> {
  const segment = SEGMENT.exec(request.url ?? "")?.[1];
  const token = segment && presentedToken(segment, request.headers.authorization);
  if (!token) return undefined;
  const connectionId = await findConnection(token);
  const clientId = request.headers["x-snyk-broker-client-id"];
  if (connectionId === undefined) return undefined;
  return {
    connectionId,
    token: new Secret(token),
    tokenHash: tokenHash(token),
    clientId: typeof clientId === "string" ? clientId : undefined,
  };
}
