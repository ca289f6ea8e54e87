import { z } from "zod";

/** Lowest first: each role may do what those before it may. */
export const ROLES = ["viewer", "member", "admin", "owner"] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.output<typeof roleSchema>;

/** What an API key may be good for. `tunnel:call` is the vendor's pass-through route. */
export const SCOPES = ["read", "scan", "manage", "admin", "gate", "tunnel:call"] as const;
export const scopeSchema = z.enum(SCOPES);
export type Scope = z.output<typeof scopeSchema>;

/** One operation of the API: what goes in, what comes out and who may call it. */
export interface RouteContract<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType,
> {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/api/v1`, in express form (`/connections/:id`). */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** The role that a person needs; `public` only for signing in. */
  readonly role: Role | "public";
  /** The scope that an API key needs; undefined where keys make no sense. */
  readonly scope: Scope | undefined;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly response: R;
  readonly status: 200 | 201 | 202 | 204;
  /** Media type of a body that is no JSON; it flows to the handler. */
  readonly consumes?: string;
  /** True for a question that needs a body: it changes nothing, so it does not stand in the audit log. */
  readonly isQuestion?: boolean;
  /** Media type of an answer that is no JSON. */
  readonly produces?: readonly string[];
}

type Parts<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType> = Pick<
  RouteContract<P, Q, B, R>,
  "method" | "path" | "tag" | "summary" | "role" | "produces" | "consumes" | "isQuestion"
> & {
  readonly scope?: Scope;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly response?: R;
  readonly status?: RouteContract["status"];
};

const none = z.strictObject({});
type None = typeof none;

/** Fills in what most routes leave out: no parameters, no body, an empty answer (204). */
export function defineRoute<
  P extends z.ZodType = None,
  Q extends z.ZodType = None,
  B extends z.ZodType = z.ZodUndefined,
  R extends z.ZodType = z.ZodUndefined,
>(parts: Parts<P, Q, B, R>): RouteContract<P, Q, B, R> {
  return {
    scope: undefined,
    params: none as z.ZodType as P,
    query: none as z.ZodType as Q,
    body: z.undefined() as z.ZodType as B,
    response: z.undefined() as z.ZodType as R,
    status: parts.response ? 200 : 204,
    ...parts,
  };
}

/** An opaque id of ours. */
export const idSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\w-]+$/);
export const idParams = z.object({ id: idSchema });
export const timeSchema = z.iso.datetime();

/** Query of every list: `cursor` is the `nextCursor` of the page before. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(2048).optional(),
});

/** A page of a list; `nextCursor` is absent on the last. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().optional() });
}

/** `?flag=true` or `false`. */
export const flagQuery = z
  .enum(["true", "false"])
  .transform((value) => value === "true")
  .optional();

/** `?key=a,b` or `?key=a&key=b`, as a list. */
export function listQuery<T extends z.ZodType<unknown, string>>(item: T, max = 50) {
  return z
    .preprocess(
      (value) => (Array.isArray(value) ? value : typeof value === "string" ? value.split(",").filter(Boolean) : value),
      z.array(item).max(max),
    )
    .optional();
}

/** The error of every route (see the error table): `code` is stable, the rest is for people. */
export const problemSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    likely: z.string(),
    action: z.string(),
    requestId: z.string().optional(),
    details: z.array(z.object({ path: z.string(), reason: z.string() })).optional(),
  }),
});
