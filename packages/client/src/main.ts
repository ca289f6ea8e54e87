import { existsSync } from "node:fs";
import { type Env, loadSettings, productVersion, runService } from "@tidewaiter/runtime";
import { startBrokerClient } from "./broker-client.ts";
import { collectSettings } from "./config-sources.ts";
import { ignoredVariables } from "./ignored-variables.ts";
import { clientSettings, expandAddresses, VENDOR_SERVER_URL } from "./settings.ts";

// As the vendor's client does; what the environment says already stays.
if (existsSync(".env")) process.loadEnvFile(".env");

const collect = (env: Env): Env =>
  expandAddresses(collectSettings({ env, args: process.argv.slice(2), folder: process.cwd() }));

await runService(process, {
  role: "client",
  load: (env) => loadSettings(clientSettings, collect(env)),
  main: async ({ settings, env: ofProcess, log, shutdown }) => {
    const env = collect(ofProcess);
    for (const { name, reason } of ignoredVariables(env)) log.warn("a variable has no effect here", { name, reason });
    if (!env.BROKER_SERVER_URL && !env.BROKER_SERVER_URL_FILE) {
      log.warn("BROKER_SERVER_URL is not set: dialling the vendor's address", { serverUrl: VENDOR_SERVER_URL });
    }
    const { listener } = await startBrokerClient(settings, env, log, shutdown);
    const serverUrl = settings.BROKER_SERVER_URL;
    log.info("broker client ready", { version: productVersion(), url: listener.url, serverUrl });
  },
});
