import { BrokerError } from "@tidewaiter/runtime";
import { ROLES, type Role, type RouteContract, SCOPES, type Scope } from "../api/contract/route.ts";

/** Who calls: a person with a session, or an API key. */
export interface Principal {
  readonly kind: "user" | "key";
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** People have all that their role covers. */
  readonly scopes: readonly Scope[];
  /** The connections that may be seen; null: all. */
  readonly connections: readonly string[] | null;
}

/** What every query of the store takes: whose eyes look. */
export type Viewer = Pick<Principal, "connections">;

/** For work that the server does by itself. */
export const EVERYTHING: Viewer = { connections: null };

export function hasRole(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** People may do what their role covers; keys need the route's scope as well. */
export function mayCall(principal: Principal, route: Pick<RouteContract, "role" | "scope">): boolean {
  if (route.role !== "public" && !hasRole(principal.role, route.role)) return false;
  if (principal.kind === "user") return true;
  return route.scope !== undefined && principal.scopes.includes(route.scope);
}

export function sees({ connections }: Viewer, connectionId: string): boolean {
  return connections === null || connections.includes(connectionId);
}

/** @throws {BrokerError} NOT_FOUND, as for a connection that does not exist: nobody learns what they may not see. */
export function assertSees(viewer: Viewer, connectionId: string, what = "connection"): void {
  if (!sees(viewer, connectionId)) throw notFound(what);
}

export function notFound(what: string): BrokerError {
  return new BrokerError("NOT_FOUND", `no such ${what}`);
}

/** @throws {BrokerError} FORBIDDEN when somebody hands out more than they have. */
export function assertMayGrant(
  giver: Principal,
  grant: { readonly role: Role; readonly scopes?: readonly Scope[]; readonly connections: readonly string[] | null },
): void {
  const isWithin =
    hasRole(giver.role, grant.role) &&
    (giver.kind === "user" || (grant.scopes ?? SCOPES).every((scope) => giver.scopes.includes(scope))) &&
    (giver.connections === null || grant.connections?.every((id) => giver.connections?.includes(id)) === true);
  if (!isWithin) throw new BrokerError("FORBIDDEN", "nobody can hand out more rights than they have");
}
