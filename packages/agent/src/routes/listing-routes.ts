import type { TagMetadata } from "@tidewaiter/contract";
import { parseInput } from "@tidewaiter/runtime";
import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { repositoryInPath } from "./image-name.ts";
import { createPageCursors, type PageCursors } from "./page-cursors.ts";
import { streamList } from "./stream-list.ts";
import { type RegistryCall, type RegistryRouteOptions, withRegistry } from "./with-registry.ts";

const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  cursor: z.string().min(1).max(4_096).optional(),
});

/** `/list`, `/list-paginated` and `/list-with-metadata`: what the registry has, as these credentials see it. */
export function listingRoutes(options: RegistryRouteOptions): Router {
  const names = createPageCursors<string>();
  const tags = createPageCursors<TagMetadata>();
  const router = Router();
  router.get("/list", (req, res) =>
    withRegistry(options, req, res, ({ registry, signal }) =>
      streamList(res, {}, "repositories", registry.listRepositories(signal)),
    ),
  );
  router.get("/list/*rest", (req, res) => {
    const repository = repositoryInPath(req);
    return withRegistry(options, req, res, ({ registry, signal }) =>
      streamList(res, { repository }, "tags", registry.listTags(repository, signal)),
    );
  });
  router.get("/list-paginated", (req, res) =>
    withRegistry(options, req, res, async (call) => {
      const page = await nextPage(names, call, req, "", (signal) => call.registry.listRepositories(signal));
      res.json({ repositories: page.items, nextCursor: page.nextCursor });
    }),
  );
  router.get("/list-paginated/*rest", (req, res) => {
    const repository = repositoryInPath(req);
    return withRegistry(options, req, res, async (call) => {
      const page = await nextPage(names, call, req, repository, (signal) => call.registry.listTags(repository, signal));
      res.json({ repository, tags: page.items, nextCursor: page.nextCursor });
    });
  });
  router.get("/list-with-metadata/*rest", (req, res) => answerMetadata(options, tags, req, res));
  return router;
}

async function answerMetadata(
  options: RegistryRouteOptions,
  cursors: PageCursors<TagMetadata>,
  req: Request,
  res: Response,
): Promise<void> {
  const repository = repositoryInPath(req);
  await withRegistry(options, req, res, async (call) => {
    const open = (signal: AbortSignal) => call.registry.listTagsWithMetadata(repository, signal);
    const page = await nextPage(cursors, call, req, repository, open);
    res.json({ repository, tags: page.items, nextCursor: page.nextCursor });
  });
}

function nextPage<T>(
  cursors: PageCursors<T>,
  { caller }: RegistryCall,
  req: Request,
  listing: string,
  open: (signal: AbortSignal) => AsyncIterable<readonly T[]>,
) {
  const { limit, cursor } = parseInput(pageQuery, req.query, "query");
  return cursors.page({ scope: `${caller.connection} ${listing}`, cursor, limit, open });
}
