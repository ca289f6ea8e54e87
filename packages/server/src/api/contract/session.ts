import { z } from "zod";
import { defineRoute, roleSchema, scopeSchema } from "./route.ts";

const tag = "sign-in";
const passwordSchema = z.string().min(12, "at least 12 characters").max(256);
const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._@+-]*$/u, "letters, digits, blanks and . _ @ + - only");

/** Who is calling. */
export const principalSchema = z.object({
  kind: z.enum(["user", "key"]),
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  scopes: z.array(scopeSchema),
  /** null: every connection. */
  connections: z.array(z.string()).nullable(),
});

export const sessionRoutes = {
  methods: defineRoute({
    method: "GET",
    path: "/sign-in",
    tag,
    summary: "How one can sign in here",
    role: "public",
    response: z.object({
      password: z.boolean(),
      /** The name to show on the button, when an identity provider is configured. */
      oidc: z.string().nullable(),
      /** False until the first administrator used the one-time link. */
      isSetUp: z.boolean(),
    }),
  }),
  redeem: defineRoute({
    method: "POST",
    path: "/sign-in/link",
    tag,
    summary: "Exchange a one-time link (first administrator, invitation) for an account and a session",
    role: "public",
    body: z.strictObject({ token: z.string().min(16).max(256), name: nameSchema, password: passwordSchema }),
    response: principalSchema,
    status: 201,
  }),
  create: defineRoute({
    method: "POST",
    path: "/sign-in",
    tag,
    summary: "Sign in with name and password; the answer sets the session cookie",
    role: "public",
    body: z.strictObject({ name: z.string().max(256), password: z.string().max(1024) }),
    response: principalSchema,
    status: 201,
  }),
  oidcStart: defineRoute({
    method: "GET",
    path: "/sign-in/oidc",
    tag,
    summary: "Go to the identity provider (a redirect)",
    role: "public",
    produces: ["text/html"],
  }),
  oidcFinish: defineRoute({
    method: "GET",
    path: "/sign-in/oidc/callback",
    tag,
    summary: "Where the identity provider sends the browser back to (a redirect)",
    role: "public",
    query: z.looseObject({ state: z.string().max(1024).optional() }),
    produces: ["text/html"],
  }),
  show: defineRoute({
    method: "GET",
    path: "/session",
    tag,
    summary: "Who I am",
    role: "viewer",
    scope: "read",
    response: principalSchema,
  }),
  end: defineRoute({ method: "DELETE", path: "/session", tag, summary: "Sign out", role: "viewer" }),
  changePassword: defineRoute({
    method: "PUT",
    path: "/session/password",
    tag,
    summary: "Change my password; other sessions of mine end",
    role: "viewer",
    body: z.strictObject({ present: z.string().max(1024), next: passwordSchema }),
  }),
} as const;
