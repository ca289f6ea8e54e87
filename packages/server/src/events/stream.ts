import type { Request, Response } from "express";
import type { Viewer } from "../access/principal.ts";
import type { EventBus, LiveEvent } from "./bus.ts";

const HEARTBEAT_MS = 15_000;
/** A reader who is this far behind is cut off; it comes back and reads the lists anew. */
const MAX_BUFFERED_BYTES = 1_048_576;

/** Sends live events until the reader goes away. A stream that came back gets what it missed, or `reset`. */
export function streamEvents(bus: EventBus, viewer: Viewer, req: Request, res: Response): Promise<void> {
  res.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  res.write("retry: 2000\n\n");
  const write = (event: LiveEvent): void => {
    res.write(`id: ${bus.name}-${event.id}\nevent: ${event.name}\ndata: ${JSON.stringify(event.data)}\n\n`);
    if (res.writableLength > MAX_BUFFERED_BYTES) res.destroy();
  };
  resume(bus, viewer, req.headers["last-event-id"], res, write);
  const unsubscribe = bus.subscribe(viewer, write);
  const heartbeat = setInterval(() => res.write(": here\n\n"), HEARTBEAT_MS);
  return new Promise((resolve) => {
    res.once("close", () => {
      clearInterval(heartbeat);
      unsubscribe();
      resolve();
    });
  });
}

function resume(
  bus: EventBus,
  viewer: Viewer,
  lastId: string | string[] | undefined,
  res: Response,
  write: (event: LiveEvent) => void,
): void {
  if (typeof lastId !== "string") return;
  const [, name, count] = /^(\w{1,36})-(\d{1,15})$/.exec(lastId) ?? [];
  const missed = name === bus.name ? bus.since(viewer, Number(count)) : undefined;
  if (missed) for (const event of missed) write(event);
  else res.write(`id: ${bus.name}-${bus.lastId}\nevent: reset\ndata: {}\n\n`);
}
