import { existsSync } from "node:fs";
import { loadSettings, productVersion, runService } from "@tidewaiter/runtime";
import { startBrokerClient } from "./broker-client.ts";
import { clientSettings, expandAddresses, VENDOR_SERVER_URL } from "./settings.ts";

// As the vendor's client does; what the environment says already stays.
if (existsSync(".env")) process.loadEnvFile(".env");

await runService(process, {
  role: "client",
  load: (env) => loadSettings(clientSettings, expandAddresses(env)),
  main: async ({ settings, env, log, shutdown }) => {
    if (!env.BROKER_SERVER_URL && !env.BROKER_SERVER_URL_FILE) {
      log.warn("BROKER_SERVER_URL is not set: dialling the vendor's address", { serverUrl: VENDOR_SERVER_URL });
    }
    const { listener } = await startBrokerClient(settings, expandAddresses(env), log, shutdown);
    const serverUrl = settings.BROKER_SERVER_URL;
    log.info("broker client ready", { version: productVersion(), url: listener.url, serverUrl });
  },
});
