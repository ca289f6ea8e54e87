import type { RegistryContent } from "@tidewaiter/sample-registry";
import { registryApp } from "@tidewaiter/sample-registry";
import type { RequestHandler } from "express";
import { type Emulator, takeSeat } from "./start-emulator.ts";

/**
 * Object storage behind a registry (reference, 3.5 and 8.2): another origin that refuses any Authorization header, as S3 and
 * Azure do, and gives the bytes to whoever has a signed address.
 */
export interface Storage extends Emulator {
  /** Sends blob reads of a registry there. */
  readonly redirect: RequestHandler;
}

const BLOB = /^(\/v2\/.+\/blobs\/sha256:[0-9a-f]{64})$/;

export async function startStorage(content: RegistryContent, before: readonly RequestHandler[] = []): Promise<Storage> {
  const seat = await takeSeat();
  const guard: RequestHandler = (req, res, next) => {
    if (req.headers.authorization || Object.keys(req.headers).some((name) => name.startsWith("x-"))) {
      res
        .status(400)
        .type("xml")
        .send("<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>");
    } else if (req.query["X-Amz-Signature"] !== "signed") {
      res
        .status(403)
        .type("xml")
        .send("<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>");
    } else {
      next();
    }
  };
  seat.serve(registryApp({ content, before: [guard, ...before] }));
  return Object.assign(seat, {
    redirect: ((req, res, next) => {
      const path = req.method === "GET" ? BLOB.exec(req.path)?.[1] : undefined;
      if (path) res.redirect(307, `${new URL(path, seat.url)}?X-Amz-Signature=signed`);
      else next();
    }) satisfies RequestHandler,
  });
}
