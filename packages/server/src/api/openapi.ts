import { z } from "zod";
import { listRoutes } from "./contract/index.ts";
import { problemSchema, type RouteContract } from "./contract/route.ts";

type Json = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of the API, made from the schemas that the routes check with. */
export function createOpenApi(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const { operationId, route } of listRoutes()) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(operationId, route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Tidewaiter server", version, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    servers: [{ url: "/api/v1" }],
    paths,
    components: {
      schemas: { Problem: toSchema(problemSchema, "output") },
      securitySchemes: {
        key: { type: "http", scheme: "bearer" },
        session: { type: "apiKey", in: "cookie", name: "__Host-tidewaiter" },
      },
    },
  };
}

function operation(operationId: string, route: RouteContract): Json {
  const isPublic = route.role === "public";
  const hasBody = !(route.body instanceof z.ZodUndefined);
  return {
    operationId,
    tags: [route.tag],
    summary: route.summary,
    "x-role": route.role,
    "x-scope": route.scope ?? null,
    security: isPublic ? [] : [...(route.scope ? [{ key: [] }] : []), { session: [] }],
    parameters: [...parameters(route.params, "path"), ...parameters(route.query, "query")],
    ...(route.consumes && { requestBody: { required: true, content: { [route.consumes]: {} } } }),
    ...(hasBody && {
      requestBody: { required: true, content: { "application/json": { schema: toSchema(route.body, "input") } } },
    }),
    responses: {
      [route.status]: { description: "Done", ...answerContent(route) },
      default: {
        description: "A problem with a stable code",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
  };
}

function answerContent(route: RouteContract): Json {
  if (route.produces) {
    const types = route.produces.map((type) => [type, { schema: { type: "string" } }]);
    return { content: Object.fromEntries(types) };
  }
  if (route.status === 204) return {};
  return { content: { "application/json": { schema: toSchema(route.response, "output") } } };
}

function parameters(schema: z.ZodType, place: "path" | "query"): Json[] {
  const { properties = {}, required = [] } = toSchema(schema, "input") as {
    properties?: Record<string, Json>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, shape]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: shape,
  }));
}

function toSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    target: "draft-2020-12",
  });
  return json;
}
