// Runs inside a container: starts one process again and again and prints the milliseconds until it says that it listens.
const { spawn } = require("node:child_process");

const [, , rounds, ...args] = process.argv;
const env = {
  ...process.env,
  PORT: "7998",
  TIDEWAITER_HOST: "127.0.0.1",
  BROKER_TOKEN: "00000000-0000-4000-8000-000000000001",
  BROKER_SERVER_URL: "http://127.0.0.1:9",
  CR_AGENT_URL: "http://127.0.0.1:9",
  PREFLIGHT_CHECKS_ENABLED: "false",
};

async function startOnce() {
  const start = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  let text = "";
  const ms = await new Promise((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      text += chunk;
      if (/ready|agent listens/.test(text)) resolve(performance.now() - start);
    });
    void ended.then(() => reject(new Error(`ended without listening: ${text}`)));
  });
  child.kill("SIGTERM");
  await ended;
  return ms;
}

(async () => {
  const times = [];
  for (let round = 0; round < Number(rounds); round += 1) times.push(Math.round(await startOnce()));
  // Not JSON: the engine's client would parse the whole log as such.
  console.log(`times=${times}`);
})();
