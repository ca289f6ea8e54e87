import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { doctorCommand } from "../commands/doctor.ts";
import type { CommandContext } from "../context.ts";
import type { Row } from "./row.ts";

const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close();
});

/** A process on loopback that answers each path with a status and a body. */
async function startProcess(routes: Readonly<Record<string, readonly [number, unknown]>>): Promise<string> {
  const server = createServer((req, res) => {
    const [status, body] = routes[req.url ?? ""] ?? [404, { code: "NOT_FOUND" }];
    res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function runDoctor(args: readonly string[], env: Record<string, string> = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  let code = 0;
  const context: CommandContext = {
    env,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    signal: new AbortController().signal,
    setExitCode: (exit) => {
      code = exit;
    },
  };
  await doctorCommand(context).parseAsync([...args], { from: "user" });
  return { text: String(stdout.read() ?? ""), code };
}

const READY = { "/readyz": [200, { ok: true, reasons: [] }] } as const;
const pass = (step: string) => ({ step, verdict: "pass", durationMs: 1 });
const report = (steps: readonly object[], ok: boolean) => ({
  ok,
  registry: "registry.example.com",
  type: "oci",
  steps,
  warnings: [],
  checkedAt: "2026-01-01T00:00:00.000Z",
});
const clientWith = (entry: object, isOpen = true) =>
  startProcess({
    ...READY,
    "/healthcheck": [200, [{ ok: isOpen, websocketConnectionOpen: isOpen, brokerServerUrl: "http://s/?role=primary" }]],
    "/systemcheck": [200, [entry]],
    "/metrics": [200, { note: "password-canary" }],
  });

describe("tidewaiter doctor", () => {
  it("shows every step of a healthy chain and ends with 0", async () => {
    const ready = await startProcess(READY);
    const steps = ["dns", "tcp", "tls", "auth", "list", "pull"].map(pass);
    const client = await clientWith({ ok: true, agent: { ok: true }, registry: report(steps, true) });

    const { text, code } = await runDoctor(["--server", ready, "--agent", ready, "--client", client]);

    assert.equal(code, 0);
    assert.match(text, /client {4}tunnel {7}ok +1 of 1 connections to http:\/\/s\/ are open/);
    for (const step of ["dns", "tcp", "tls", "auth", "list", "pull"]) {
      assert.match(text, new RegExp(`registry  ${step.padEnd(13)}ok`));
    }
  });

  it("names the registry's failing step with cause and advice, and ends with the code's exit code", async () => {
    const fail = { step: "dns", verdict: "fail", durationMs: 1, code: "REGISTRY_DNS", message: "no address" };
    const advice = { likely: "mistyped", action: "check CR_BASE" };
    const entry = { ok: false, agent: { ok: true }, registry: report([{ ...fail, ...advice }], false) };

    const { text, code } = await runDoctor(["--client", await clientWith(entry)]);

    assert.equal(code, 69);
    assert.match(
      text,
      /registry {2}dns {10}FAILED +REGISTRY_DNS {2}no address\n +likely: mistyped\n +do: check CR_BASE/,
    );
  });

  it("tells a closed tunnel from an agent that the client does not reach", async () => {
    const closed = await clientWith({ ok: false, error: { code: "ECONNREFUSED" } }, false);

    const { text, code } = await runDoctor(["--json", "--client", closed]);

    const rows: Row[] = JSON.parse(text);
    assert.deepEqual(
      rows.filter(({ verdict }) => verdict === "fail").map(({ check, code: name }) => [check, name]),
      [
        ["tunnel", "TUNNEL_DOWN"],
        ["agent", "DOWNSTREAM_UNREACHABLE"],
      ],
    );
    assert.equal(code, 69);
  });

  it("fails for an address that was named and does not answer", async () => {
    const named = await runDoctor(["--server", "http://127.0.0.1:9", "--client", "http://127.0.0.1:9"]);

    assert.equal(named.code, 69);
    assert.match(named.text, /server {4}ready {8}FAILED +UNAVAILABLE {2}http:\/\/127\.0\.0\.1:9 cannot be reached/);
  });

  it("refuses an address that is none, naming the option", async () => {
    await assert.rejects(runDoctor(["--server", "server:7300"]), /INPUT_INVALID|--server/);
  });

  it("writes a bundle with report, settings and metrics in which no secret stands", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "doctor-")), "bundle.tar.gz");
    const client = await clientWith({ ok: true, agent: { ok: true }, registry: report([], true) });

    const env = { CR_PASSWORD: "password-canary", CR_BASE: "registry.example.com", HOME: "/root" };
    await runDoctor(["--client", client, "--bundle", path], env);

    const text = gunzipSync(readFileSync(path)).toString("utf8");
    assert.match(text, /report\.json[\s\S]*settings\.json[\s\S]*client-metrics\.txt/);
    assert.match(text, /"CR_PASSWORD": "\[set\]"/);
    assert.match(text, /"CR_BASE": "registry\.example\.com"/);
    assert.doesNotMatch(text, /password-canary|\/root/);
  });
});
