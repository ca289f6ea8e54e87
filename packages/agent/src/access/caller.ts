import { createHash } from "node:crypto";
import { AGENT_HEADERS, decodeCredentials, type RegistryConnection } from "@tidewaiter/contract";
import { BrokerError } from "@tidewaiter/runtime";
import type { Request } from "express";
import { parseCallbackUrl } from "../callbacks/callback-address.ts";

/** Who asks: one broker client with its registry. Everything that the agent keeps belongs to one of them. */
export interface Caller {
  readonly connection: string;
  /** Below it lie the callback paths. */
  readonly callback?: string;
  /** The credential header as it came, to be stored encrypted. */
  readonly credential: string;
}

const CONNECTION = /^[\w.:-]{8,128}$/;

/**
 * Our client names its connection and its callback address in headers. For the vendor's client the connection is a hash
 * of credential and callback address, and that address is in the request, where the server had it filled in.
 */
export function identifyCaller(req: Request, credentialsHeader: string): Caller {
  const credential = req.get(credentialsHeader) ?? "";
  const callback = parseCallbackUrl(req.get(AGENT_HEADERS.callback) ?? addressInRequest(req));
  return { connection: connectionOf(req, credential, callback), callback, credential };
}

/** @throws {BrokerError} UNAUTHENTICATED or INPUT_INVALID, as `decodeCredentials`. */
export function registryOf({ credential }: Caller): RegistryConnection {
  return decodeCredentials(credential);
}

function connectionOf(req: Request, credential: string, callback: string | undefined): string {
  const named = req.get(AGENT_HEADERS.connection);
  if (named === undefined) {
    return `anonymous-${createHash("sha256")
      .update(`${callback ?? ""}\n${credential}`)
      .digest("hex")}`;
  }
  if (CONNECTION.test(named)) return named;
  throw new BrokerError("INPUT_INVALID", "x-tidewaiter-connection: not the name of a connection");
}

function addressInRequest(req: Request): string | undefined {
  const body: unknown = req.body;
  const inBody = body && typeof body === "object" && "callbackUrl" in body ? body.callbackUrl : undefined;
  const address = inBody ?? req.query.callbackUrl;
  return typeof address === "string" && address !== "" ? address : undefined;
}
