import assert from "node:assert/strict";
import { PassThrough, type Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { buildImage, buildLayer, createContent, registryApp } from "@tidewaiter/sample-registry";
import { startEmulator } from "../../../../test/emulators/start-emulator.ts";
import type { CommandContext } from "../context.ts";
import { checkCommand } from "./check.ts";
import { listCommand } from "./list.ts";

const content = createContent();
const image = buildImage([await buildLayer({ a: "a" })]);
for (let number = 0; number < 150; number += 1) content.push(`team/r${number}`, "1.0", image);

/** A command's process, with its streams in memory. */
function startContext(stdin: string, env: Record<string, string> = {}) {
  const [stdout, input] = [new PassThrough(), new PassThrough()];
  input.end(stdin);
  const exit = { code: 0 };
  const context: CommandContext = {
    env,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: new PassThrough() as unknown as NodeJS.WriteStream,
    stdin: input as unknown as NodeJS.ReadStream,
    signal: new AbortController().signal,
    setExitCode: (code) => {
      exit.code = code;
    },
  };
  return { context, exit, stdout };
}

async function outputOf(stdout: PassThrough & Readable): Promise<string> {
  stdout.end();
  return text(stdout);
}

describe("tidewaiter list", () => {
  it("prints every repository on its line, with the password from standard input", async () => {
    await using server = await startEmulator(registryApp({ content, accounts: { ann: "secret" } }));
    const { context, stdout } = startContext("secret\n");
    const args = ["repositories", "--base", server.host, "--plain-http", "--username", "ann", "--password-stdin"];

    await listCommand(context).parseAsync(args, { from: "user" });

    assert.equal((await outputOf(stdout)).trim().split("\n").length, 150);
  });

  it("prints one JSON object for each page, with settings from the broker client's variables", async () => {
    await using server = await startEmulator(registryApp({ content }));
    const { context, stdout } = startContext("", { CR_BASE: server.host, TIDEWAITER_CR_PLAIN_HTTP: "true" });

    await listCommand(context).parseAsync(["tags", "team/r1", "--metadata", "--json"], { from: "user" });

    const page = JSON.parse(await outputOf(stdout)) as { repository: string; tags: { tag: string; digest: string }[] };
    assert.deepEqual([page.repository, page.tags[0]?.digest], ["team/r1", image.descriptor.digest]);
  });
});

describe("connection options", () => {
  it("do not let a token go unused for want of a name", async () => {
    const { context } = startContext("");
    const args = ["repositories", "--base", "registry.example.com", "--token", "t"];

    await assert.rejects(listCommand(context).parseAsync(args, { from: "user" }), { code: "INPUT_INVALID" });
  });
});

describe("tidewaiter check", () => {
  it("names the failing step and ends with that code's exit status", async () => {
    const server = await startEmulator(registryApp({ content }));
    await server[Symbol.asyncDispose]();
    const { context, exit, stdout } = startContext("");

    await checkCommand(context).parseAsync(["--base", server.host, "--plain-http"], { from: "user" });

    assert.match(await outputOf(stdout), /tcp +FAILED .*REGISTRY_UNREACHABLE/);
    assert.equal(exit.code, 69);
  });

  it("refuses an image of another registry before anything is called", async () => {
    const { context } = startContext("");
    const args = ["--base", "registry.example.com", "--image", "other.example.com/a:1"];

    await assert.rejects(checkCommand(context).parseAsync(args, { from: "user" }), { code: "REGISTRY_HOST_MISMATCH" });
  });
});
