import { BrokerError, type Clock } from "@tidewaiter/runtime";
import type { Role } from "../api/contract/route.ts";
import { hashSecret, newId, newSecretText } from "../store/ids.ts";
import type { Db } from "../store/open.ts";
import { fromJsonOrNull, toJson } from "../store/values.ts";

export interface Invitation {
  readonly role: Role;
  readonly connections: readonly string[] | null;
}

export interface IssuedLink {
  readonly token: string;
  /** Where the console redeems it. The token stands behind `#`, so that it reaches no log and no proxy. */
  readonly path: string;
  readonly expiresAt: number;
}

/** One-time links: for the first administrator, and for everybody who is invited. */
export interface Links {
  issue(invitation: Invitation, createdBy: string): Promise<IssuedLink>;
  /** For a server without people; undefined when somebody is there already. An earlier one ends. */
  issueFirst(): Promise<IssuedLink | undefined>;
  /**
   * Uses a link up: of two calls with the same token only one succeeds.
   *
   * @throws {BrokerError} UNAUTHENTICATED when it is unknown, used or older than its time.
   */
  redeem(token: string): Promise<Invitation>;
}

export function createLinks(db: Db, clock: Clock, lifetimeMs: number): Links {
  const insert = async (
    { role, connections }: Invitation,
    isFirst: boolean,
    createdBy: string,
  ): Promise<IssuedLink> => {
    const token = newSecretText();
    const expiresAt = clock.now() + lifetimeMs;
    await db
      .insertInto("links")
      .values({
        id: newId(clock.now()),
        hash: hashSecret(token),
        role,
        connections: connections && toJson(connections),
        is_first: isFirst ? 1 : 0,
        created_by: createdBy,
        expires_at: expiresAt,
      })
      .execute();
    return { token, path: `/start#t=${token}`, expiresAt };
  };
  return {
    issue: (invitation, createdBy) => insert(invitation, false, createdBy),
    async issueFirst() {
      const someone = await db.selectFrom("users").select("id").limit(1).executeTakeFirst();
      if (someone) return undefined;
      await db.deleteFrom("links").where("is_first", "=", 1).execute();
      return insert({ role: "owner", connections: null }, true, "start");
    },
    async redeem(token) {
      const row = await db
        .deleteFrom("links")
        .where("hash", "=", hashSecret(token))
        .returning(["role", "connections", "expires_at"])
        .executeTakeFirst();
      if (!row || row.expires_at <= clock.now()) {
        throw new BrokerError("UNAUTHENTICATED", "this link is not valid", {
          likely: "it was used already, or is older than its time",
          action: "ask for a new link; for the first administrator, start the server again",
        });
      }
      return { role: row.role, connections: fromJsonOrNull<string[]>(row.connections) };
    },
  };
}
