import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  countSetting,
  createHttpApp,
  createMetrics,
  LOG_LEVELS,
  listen,
  loadSettings,
  runService,
} from "@tidewaiter/runtime";
import { parseRuleFile } from "@tidewaiter/tunnel";
import { z } from "zod";
import { createTunnelHub, tunnelSettingsShape } from "../../../packages/server/src/tunnel/index.ts";

const settingsSchema = z.object({
  ...tunnelSettingsShape,
  PORT: countSetting(0, 65_535),
  LOG_LEVEL: z.enum(LOG_LEVELS as [string, ...string[]]).default("info"),
});

/**
 * The tunnel side of the server as a process of its own, without store and console: what interoperation tests and the
 * bench stand on. Callbacks that no rule sends elsewhere are counted and answered here.
 */
await runService(process, {
  role: "server",
  load: (env) => loadSettings(settingsSchema, env),
  main: async ({ settings, env, log, shutdown }) => {
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
        env,
      },
    );
    const app = createHttpApp({
      log,
      metrics,
      errorShape: () => "vendor",
      readiness: () => ({ isReady: true }),
      routes: (router) => router.use(hub.router),
    });
    const listener = await listen(app, { port: settings.PORT, host: "127.0.0.1" });
    hub.attach(listener.server);
    shutdown.add("listener", () => listener.close(1_000));
    shutdown.add("tunnels", () => hub.close(10_000));
    log.info("tunnel server ready", { port: listener.port });
  },
});
