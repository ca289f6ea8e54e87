import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  createHttpApp,
  createLogger,
  createMetrics,
  type LogLevel,
  listen,
  loadSettings,
  runService,
} from "@tidewaiter/runtime";
import { parseRuleFile } from "@tidewaiter/tunnel";
import { z } from "zod";
import { createTunnelHub, tunnelSettingsShape } from "../../../packages/server/src/tunnel/index.ts";

/**
 * The tunnel side of the server as a process of its own, without store and console: what interoperation tests and the
 * bench stand on. Callbacks that no rule sends elsewhere are counted and answered here.
 */
const log = createLogger({ role: "server", level: (process.env.LOG_LEVEL ?? "info") as LogLevel });
await runService(process, log, async (shutdown) => {
  const settings = loadSettings(z.object(tunnelSettingsShape), process.env);
  const metrics = createMetrics("server", "test");
  const tokens = new Set(settings.TIDEWAITER_BROKER_TOKENS);
  const hub = createTunnelHub(
    {
      findConnection: async (token) => (tokens.has(token) ? `connection-${token}` : undefined),
      mayCall: async (authorization) => authorization === "Bearer test-key",
      async answerCallback({ path, body, connectionId }) {
        const hash = createHash("sha256");
        let size = 0;
        for await (const chunk of body) {
          hash.update(chunk as Buffer);
          size += (chunk as Buffer).length;
        }
        const answer = { path, connectionId, size, sha256: hash.digest("hex") };
        return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(answer) };
      },
    },
    {
      settings,
      log,
      metrics,
      ...(settings.ACCEPT && { rules: parseRuleFile(readFileSync(settings.ACCEPT, "utf8")) }),
      env: process.env,
    },
  );
  const app = createHttpApp({
    log,
    metrics,
    errorShape: () => "vendor",
    readiness: () => ({ isReady: true }),
    routes: (router) => router.use(hub.router),
  });
  const listener = await listen(app, { port: Number(process.env.PORT), host: "127.0.0.1" });
  hub.attach(listener.server);
  shutdown.add("listener", () => listener.close(1_000));
  shutdown.add("tunnels", () => hub.close(10_000));
  log.info("tunnel server ready", { port: listener.port });
});
