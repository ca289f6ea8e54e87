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
import { startBrokerClient } from "./broker-client.ts";
import { clientSettings, VENDOR_SERVER_URL } from "./settings.ts";

const redactor = createRedactor();
const isTerminal = process.stdout.isTTY === true;
const log = createLogger({ role: "client", redactor, isTerminal });

await runService(process, log, async (shutdown) => {
  const settings = loadSettings(clientSettings, process.env);
  redactor.add(...secretsOf(settings));
  guardOutput(process.stderr, redactor);
  log.setLevel(settings.LOG_LEVEL as LogLevel);
  if (!process.env.BROKER_SERVER_URL && !process.env.BROKER_SERVER_URL_FILE) {
    log.warn("BROKER_SERVER_URL is not set: dialling the vendor's address", { serverUrl: VENDOR_SERVER_URL });
  }
  const { listener } = await startBrokerClient(settings, process.env, log, shutdown);
  log.info("broker client ready", {
    version: productVersion(),
    url: listener.url,
    serverUrl: settings.BROKER_SERVER_URL,
  });
});
