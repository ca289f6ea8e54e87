import { apiUrlsFromEnv } from "@tidewaiter/registry";
import { createMetrics, outboundFromEnv, productVersion, runService } from "@tidewaiter/runtime";
import { startAgent } from "./agent.ts";
import { loadAgentSettings } from "./settings.ts";

await runService(process, {
  role: "agent",
  load: loadAgentSettings,
  main: async ({ settings, env, log, redactor, shutdown }) => {
    const metrics = createMetrics("agent", productVersion());
    const agent = await startAgent({
      settings,
      log,
      metrics,
      redactor,
      outbound: outboundFromEnv(env),
      apiUrls: apiUrlsFromEnv(env),
    });
    shutdown.add("agent", () => agent.stop());
  },
});
