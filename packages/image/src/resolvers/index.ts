import type { Resolver } from "../overlay/draft.ts";
import { resolveDotnet } from "./dotnet.ts";
import { resolveLocked } from "./locked.ts";
import { resolveNodeScopes } from "./node-scopes.ts";
import { resolveNpm } from "./npm.ts";
import { resolveOwnership } from "./ownership.ts";
import { resolveVersionless } from "./versionless.ts";

/** Steps over the merged view, in this order. */
export const RESOLVERS: readonly Resolver[] = [
  resolveNodeScopes,
  resolveNpm,
  resolveLocked,
  resolveDotnet,
  resolveVersionless,
  resolveOwnership,
];
