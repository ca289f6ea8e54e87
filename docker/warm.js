// Runs an app once while its image is built, so that the compile cache holds its code: a container then neither strips
// types nor compiles at start. The cache belongs to a user id, so it is filled by the one that the image runs as.
import { spawn } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

const UID = 1000;
const PORT = 7999;
const TRIES = 300;
const [, , app = ""] = process.argv;
const CACHE = "/opt/tidewaiter/.compile-cache";

const data = mkdtempSync("/tmp/warm-");
mkdirSync(CACHE, { recursive: true });
for (const folder of [data, CACHE]) chownSync(folder, UID, UID);
const env = {
  PATH: process.env.PATH,
  HOME: data,
  NODE_ENV: "production",
  NODE_COMPILE_CACHE: CACHE,
  TIDEWAITER_DATA_DIR: data,
  TIDEWAITER_HOST: "127.0.0.1",
  PORT: String(PORT),
  ...(app === "client" && {
    BROKER_TOKEN: "00000000-0000-4000-8000-000000000000",
    BROKER_SERVER_URL: "http://127.0.0.1:9",
    CR_AGENT_URL: "http://127.0.0.1:9",
    PREFLIGHT_CHECKS_ENABLED: "false",
  }),
};
const run = (args) =>
  spawn(process.execPath, args, { env, uid: UID, gid: UID, stdio: ["ignore", "inherit", "inherit"] });
const ended = (child) => new Promise((resolve) => child.once("exit", (code) => resolve(code)));

const service = run([`packages/${app}/bin/${app}.js`]);
const exit = ended(service);
let isUp = false;
for (let tries = 0; tries < TRIES && !isUp && service.exitCode === null; tries += 1) {
  await delay(100);
  isUp = await fetch(`http://127.0.0.1:${PORT}/livez`).then(
    (answer) => answer.ok,
    () => false,
  );
}
await ended(run(["docker/healthcheck.js", app]));
service.kill("SIGTERM");
const code = await exit;
if (!isUp || code !== 0) {
  process.stderr.write(`${app} did not start and stop cleanly (exit ${code})\n`);
  process.exitCode = 1;
}
