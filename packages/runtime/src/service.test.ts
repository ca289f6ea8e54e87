import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";

const RUNTIME = new URL("./index.ts", import.meta.url).href;
const PROGRAM = `
  import { countSetting, loadSettings, runService, secretSetting } from ${JSON.stringify(RUNTIME)};
  import { z } from ${JSON.stringify(import.meta.resolve("zod"))};
  await runService(process, {
    role: "sample",
    load: (env) => loadSettings(z.object({ PORT: countSetting(1), PASSWORD: secretSetting(), LOG_LEVEL: z.string().default("info") }), env),
    main: async ({ log, shutdown }) => {
      shutdown.add("work", async () => log.info("work ended"));
      setInterval(() => log.debug("still here"), 20);
      log.info("ready");
      process.stderr.write("library says " + process.env.PASSWORD + "\\n");
    },
  });
`;

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", PROGRAM], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) child[name].on("data", (chunk: Buffer) => (text[name] += chunk));
  const saw = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(text.stdout)) await once(child.stdout, "data");
  };
  const ended = once(child, "close").then(([code]) => ({ code, ...text }));
  return { child, saw, ended };
}

describe("runService", { timeout: 30_000 }, () => {
  it("ends with 78 and one line that names every fault and no value", async () => {
    const { code, stderr } = await start({ PORT: "hunter22" }).ended;

    assert.equal(code, 78);
    assert.match(stderr, /^CONFIG_INVALID {2}configuration: PORT: .*; PASSWORD: is required\. Likely: .* Do: .*\n$/);
    assert.doesNotMatch(stderr, /hunter22/);
  });

  it("runs the stop steps on SIGTERM and ends with 0", async () => {
    const { child, saw, ended } = start({ PORT: "1", PASSWORD: "hunter22" });
    await saw(/"ready"/);

    child.kill("SIGTERM");

    const { code, stdout } = await ended;
    assert.equal(code, 0);
    assert.match(stdout, /"stopping".*\n.*"work ended".*\n.*"stopped"/);
  });

  it("switches debug lines on by SIGUSR2 and lets no library print a secret", async () => {
    const { child, saw, ended } = start({ PORT: "1", PASSWORD: "hunter22" });
    await saw(/"ready"/);

    child.kill("SIGUSR2");
    await saw(/"still here"/);
    child.kill("SIGINT");

    const { stderr } = await ended;
    assert.equal(stderr, "library says [redacted]\n");
  });
});
