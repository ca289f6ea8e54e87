import { countSetting, LOG_LEVELS, listen, loadSettings, runService, secretSetting } from "@tidewaiter/runtime";
import { z } from "zod";
import { registryApp } from "./registry-app.ts";
import { createSamples } from "./samples.ts";

const settings = z.object({
  PORT: countSetting(0, 65_535).default(5055),
  LOG_LEVEL: z.enum(LOG_LEVELS as [string, ...string[]]).default("info"),
  TIDEWAITER_HOST: z.string().default("127.0.0.1"),
  SAMPLE_REGISTRY_USERNAME: z.string().optional(),
  SAMPLE_REGISTRY_PASSWORD: secretSetting().optional(),
});

await runService(process, {
  role: "sample-registry",
  load: (env) => loadSettings(settings, env),
  main: async ({ settings: { PORT, TIDEWAITER_HOST, ...account }, log, shutdown }) => {
    const { SAMPLE_REGISTRY_USERNAME: name, SAMPLE_REGISTRY_PASSWORD: password } = account;
    const accounts = name && password ? { [name]: password.reveal() } : undefined;
    const app = registryApp({ content: await createSamples(), accounts });
    const listener = await listen(app, { port: PORT, host: TIDEWAITER_HOST });
    shutdown.add("registry", () => listener.close(1_000));
    log.info("listening", { url: listener.url });
  },
});
