import { loadSettings, productVersion, runService } from "@tidewaiter/runtime";
import { serverSettings } from "./config.ts";
import { startServer } from "./server.ts";

await runService(process, {
  role: "server",
  load: (env) => loadSettings(serverSettings, env),
  main: async ({ settings, env, log, redactor, shutdown }) => {
    redactor.add(...settings.TIDEWAITER_BROKER_TOKENS);
    const { tunnel, admin } = await startServer(settings, env, log, shutdown);
    log.info("server ready", { version: productVersion(), url: tunnel.url, console: admin.url });
  },
});
