import { countSetting, createLogger, listen, loadSettings, runService, secretSetting } from "@tidewaiter/runtime";
import { z } from "zod";
import { registryApp } from "./registry-app.ts";
import { createSamples } from "./samples.ts";

const settings = z.object({
  PORT: countSetting(0, 65_535).default(5055),
  TIDEWAITER_HOST: z.string().default("127.0.0.1"),
  SAMPLE_REGISTRY_USERNAME: z.string().optional(),
  SAMPLE_REGISTRY_PASSWORD: secretSetting().optional(),
});

const log = createLogger({ role: "sample-registry", isTerminal: process.stdout.isTTY });

await runService(process, log, async (shutdown) => {
  const {
    PORT,
    TIDEWAITER_HOST: host,
    SAMPLE_REGISTRY_USERNAME: name,
    SAMPLE_REGISTRY_PASSWORD: password,
  } = loadSettings(settings, process.env);
  const accounts = name && password ? { [name]: password.reveal() } : undefined;
  const app = registryApp({ content: await createSamples(), accounts });
  const listener = await listen(app, { port: PORT, host });
  shutdown.add("registry", () => listener.close(1_000));
  log.info("listening", { url: listener.url });
});
