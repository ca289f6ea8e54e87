import {
  createLogger,
  createRedactor,
  guardOutput,
  type LogLevel,
  loadSettings,
  productVersion,
  runService,
  secretsOf,
} from "@tidewaiter/runtime";
import { serverSettings } from "./config.ts";
import { startServer } from "./server.ts";

const redactor = createRedactor();
const log = createLogger({ role: "server", redactor, isTerminal: process.stdout.isTTY === true });

await runService(process, log, async (shutdown) => {
  const settings = loadSettings(serverSettings, process.env);
  redactor.add(...secretsOf(settings), ...settings.TIDEWAITER_BROKER_TOKENS);
  guardOutput(process.stderr, redactor);
  log.setLevel(settings.LOG_LEVEL as LogLevel);
  const { tunnel, admin } = await startServer(settings, process.env, log, shutdown);
  log.info("server ready", { version: productVersion(), url: tunnel.url, console: admin.url });
});
