import type { Registry } from "@tidewaiter/registry";
import { closedSignal, toBrokerError } from "@tidewaiter/runtime";
import type { Request, Response } from "express";
import { type Caller, identifyCaller, registryOf } from "../access/caller.ts";
import type { AgentMetrics } from "../agent-metrics.ts";
import type { RegistryPool } from "../registry-pool.ts";

/** What routes that call a registry have in common. */
export interface RegistryRouteOptions {
  readonly registries: RegistryPool;
  readonly metrics: AgentMetrics;
  readonly credentialsHeader: string;
  /** Longest time for one answer. */
  readonly timeoutMs: number;
  /** Told of each caller, since who calls can be called back. */
  readonly onCaller: (caller: Caller) => void;
}

export interface RegistryCall {
  readonly registry: Registry;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

/** Runs a route's work with the caller's registry; it ends when the caller goes away or time is up. */
export async function withRegistry<T>(
  options: RegistryRouteOptions,
  req: Request,
  res: Response,
  work: (call: RegistryCall) => Promise<T>,
): Promise<T> {
  const { registries, metrics, credentialsHeader, timeoutMs, onCaller } = options;
  const caller = identifyCaller(req, credentialsHeader);
  using lease = registries.lease(caller.connection, registryOf(caller), caller.credential);
  onCaller(caller);
  const signal = AbortSignal.any([closedSignal(res), AbortSignal.timeout(timeoutMs)]);
  try {
    return await work({ registry: lease.registry, caller, signal });
  } catch (error) {
    metrics.registryErrors.inc({ code: toBrokerError(error).code });
    throw error;
  }
}
