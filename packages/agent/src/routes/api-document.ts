import {
  agentHealthSchema,
  agentScanSchema,
  agentScansSchema,
  checkReportSchema,
  credentialVerdictSchema,
  discoverRequestSchema,
  hookRemovedSchema,
  hookRequestSchema,
  hookSchema,
  imageMetadataSchema,
  pushEventSchema,
  repositoriesPageSchema,
  scanAcceptedSchema,
  scanDoneSchema,
  scanProgressSchema,
  scanRequestSchema,
  scanResultSchema,
  stateIdentifierSchema,
  tagsPageSchema,
  tagsWithMetadataSchema,
} from "@tidewaiter/contract";
import { productVersion } from "@tidewaiter/runtime";
import { Router } from "express";
import { z } from "zod";

interface Operation {
  readonly method: "get" | "post" | "put" | "delete";
  readonly path: string;
  readonly summary: string;
  readonly query?: readonly string[];
  readonly body?: z.ZodType;
  readonly status?: number;
  readonly answer: z.ZodType;
}

const paging = ["limit", "cursor"];

const OPERATIONS: readonly Operation[] = [
  { method: "get", path: "/healthcheck", summary: "Whether the agent runs", answer: agentHealthSchema },
  { method: "get", path: "/systemcheck", summary: "Each step from here to the registry", answer: checkReportSchema },
  {
    method: "get",
    path: "/validate-credentials",
    summary: "Whether the credentials are good",
    answer: credentialVerdictSchema,
  },
  { method: "get", path: "/list", summary: "All repositories", answer: repositoriesPageSchema },
  { method: "get", path: "/list/{repository}", summary: "All tags of a repository", answer: tagsPageSchema },
  {
    method: "get",
    path: "/list-paginated/",
    summary: "Repositories in pages",
    query: paging,
    answer: repositoriesPageSchema,
  },
  {
    method: "get",
    path: "/list-paginated/{repository}",
    summary: "Tags in pages",
    query: paging,
    answer: tagsPageSchema,
  },
  {
    method: "get",
    path: "/list-with-metadata/{repository}",
    summary: "Tags with digest, size and push time, in pages",
    query: paging,
    answer: tagsWithMetadataSchema,
  },
  {
    method: "get",
    path: "/image-metadata/{repository}",
    summary: "What manifest and config of an image say",
    query: ["reference"],
    answer: imageMetadataSchema,
  },
  {
    method: "get",
    path: "/get-state-identifier",
    summary: "A text that changes when the image does",
    query: ["repository", "reference"],
    answer: stateIdentifierSchema,
  },
  {
    method: "post",
    path: "/discover",
    summary: "Scans and answers with the result",
    body: discoverRequestSchema,
    answer: scanResultSchema,
  },
  {
    method: "post",
    path: "/scan",
    summary: "Accepts a scan; the result follows by callback",
    body: scanRequestSchema,
    status: 202,
    answer: scanAcceptedSchema,
  },
  {
    method: "get",
    path: "/scans",
    summary: "The connection's scans, newest first",
    query: ["limit"],
    answer: agentScansSchema,
  },
  { method: "get", path: "/scans/{id}", summary: "One scan and what became of its result", answer: agentScanSchema },
  { method: "delete", path: "/scans/{id}", summary: "Stops a scan", answer: agentScanSchema },
  {
    method: "put",
    path: "/hooks/{id}",
    summary: "Registers an address that a registry posts its pushes to",
    body: hookRequestSchema,
    answer: hookSchema,
  },
  { method: "delete", path: "/hooks/{id}", summary: "Forgets a hook", answer: hookRemovedSchema },
];

/** Callbacks that the agent sends, by path below the callback address. */
const CALLBACKS: Readonly<Record<string, z.ZodType>> = {
  "/api/v2/import/progress": scanProgressSchema,
  "/api/v2/import/result": scanResultSchema,
  "/api/v2/import/done": scanDoneSchema,
  "/api/v2/import/push": pushEventSchema,
};

/** The agent's API as OpenAPI 3.1, from the schemas that its routes use. */
export function apiDocument(): Readonly<Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of OPERATIONS) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describeOperation(operation) };
  }
  const webhooks = Object.entries(CALLBACKS).map(([path, schema]) => [
    path,
    {
      post: {
        summary: `Callback to ${path}`,
        requestBody: jsonContent(schema),
        responses: { 200: { description: "taken" } },
      },
    },
  ]);
  return {
    openapi: "3.1.0",
    info: { title: "Tidewaiter registry agent", version: productVersion(), license: { name: "Apache-2.0" } },
    paths,
    webhooks: Object.fromEntries(webhooks),
    components: { securitySchemes: { registry: { type: "apiKey", in: "header", name: "authorization" } } },
  };
}

export function apiDocumentRoute(): Router {
  const router = Router();
  const text = JSON.stringify(apiDocument());
  router.get("/openapi.json", (_req, res) => {
    res.type("json").send(text);
  });
  return router;
}

function describeOperation({ path, summary, query = [], body, status = 200, answer }: Operation): unknown {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const inQuery = query.map((name) => ({ name, in: "query", schema: { type: "string" } }));
  return {
    summary,
    parameters: [...inPath, ...inQuery],
    ...(body && { requestBody: jsonContent(body, "input") }),
    responses: {
      [status]: { description: summary, ...jsonContent(answer) },
      default: { description: "An error: code, message, likely cause, what to do" },
    },
    ...(path !== "/healthcheck" && { security: [{ registry: [] }] }),
  };
}

function jsonContent(schema: z.ZodType, io: "input" | "output" = "output"): { content: unknown } {
  return { content: { "application/json": { schema: z.toJSONSchema(schema, { io, unrepresentable: "any" }) } } };
}
