import {
  createLogger,
  createMetrics,
  createRedactor,
  guardOutput,
  type LogLevel,
  outboundFromEnv,
  productVersion,
  runService,
  secretsOf,
} from "@tidewaiter/runtime";
import { startAgent } from "./agent.ts";
import { loadAgentSettings } from "./settings.ts";

const redactor = createRedactor();
guardOutput(process.stdout, redactor);
guardOutput(process.stderr, redactor);
const log = createLogger({ role: "agent", isTerminal: process.stdout.isTTY, redactor });

await runService(process, log, async (shutdown) => {
  const settings = loadAgentSettings(process.env);
  redactor.add(...secretsOf(settings));
  log.setLevel(settings.LOG_LEVEL as LogLevel);
  const metrics = createMetrics("agent", productVersion());
  const agent = await startAgent({ settings, log, metrics, redactor, outbound: outboundFromEnv(process.env) });
  shutdown.add("agent", () => agent.stop());
});
