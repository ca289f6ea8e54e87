import { type Listener, listen } from "@tidewaiter/runtime";
import { buildImage, buildLayer, createContent, registryApp } from "@tidewaiter/sample-registry";
import type { NextFunction, Request, Response } from "express";

/** A registry whose images a test pushes, and whose layers it can hold back so that scans stay under way. */
export interface TestRegistry {
  readonly host: string;
  /** An image of one npm package. Equal calls give equal digests. */
  push(repository: string, tag: string, name: string, version: string): Promise<void>;
  /** From now on layers wait. */
  hold(): void;
  release(): void;
  /** Whether an account that was let in may list. */
  allowListing(isAllowed: boolean): void;
  stop(): Promise<void>;
}

export async function startRegistry(accounts?: Readonly<Record<string, string>>): Promise<TestRegistry> {
  const content = createContent();
  const waiting: (() => void)[] = [];
  const gate = { isShut: false, isListing: true };
  const before = (req: Request, res: Response, next: NextFunction): void => {
    if (gate.isShut && req.path.includes("/blobs/") && req.method === "GET") waiting.push(next);
    else if (req.path.includes("/_catalog") && !gate.isListing) res.status(403).json({ errors: [{ code: "DENIED" }] });
    else next();
  };
  const app = registryApp({ content, before: [before], ...(accounts && { accounts }) });
  const listener: Listener = await listen(app, { port: 0, host: "127.0.0.1" });
  const release = (): void => {
    gate.isShut = false;
    for (const go of waiting.splice(0)) go();
  };
  return {
    host: new URL(listener.url).host,
    async push(repository, tag, name, version) {
      const manifest = JSON.stringify({ name, version });
      const layer = await buildLayer({ [`srv/node_modules/${name}/package.json`]: manifest });
      content.push(repository, tag, buildImage([layer], { labels: { image: `${repository}:${tag}` } }));
    },
    hold: () => {
      gate.isShut = true;
    },
    release,
    allowListing: (isAllowed) => {
      gate.isListing = isAllowed;
    },
    stop: async () => {
      release();
      await listener.close(0);
    },
  };
}
