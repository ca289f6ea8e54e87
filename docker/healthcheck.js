// HEALTHCHECK of the images: asks /readyz of the process in this container, on the port and scheme that it was given.
import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

const PORTS = { client: ["PORT", 7341], agent: ["SNYK_PORT", 17_500], server: ["PORT", 7300] };
const TIMEOUT_MS = 3_000;
const [, , app = "client"] = process.argv;

/** A variable, or the text of the file that its `_FILE` twin names. */
function setting(name) {
  const path = process.env[`${name}_FILE`];
  return process.env[name] || (path ? readFileSync(path, "utf8").trim() : undefined);
}

const [name, standard] = PORTS[app] ?? PORTS.client;
const host = setting("TIDEWAITER_HOST");
const isTls = Boolean(setting("HTTPS_CERT"));
const options = {
  host: host && host !== "0.0.0.0" && host !== "::" ? host : "127.0.0.1",
  port: setting(name) ?? setting("PORT") ?? standard,
  path: "/readyz",
  timeout: TIMEOUT_MS,
  // The certificate names the address that others use, not the loopback that is asked here.
  rejectUnauthorized: false,
};
const call = (isTls ? httpsRequest : httpRequest)(options, (answer) => {
  answer.pipe(process.stdout);
  process.exitCode = answer.statusCode === 200 ? 0 : 1;
});
call.on("timeout", () => call.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
call.on("error", (error) => {
  process.stdout.write(`${error.message}\n`);
  process.exitCode = 1;
});
call.end();
