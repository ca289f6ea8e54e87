import assert from "node:assert/strict";
import { type AddressInfo, createServer } from "node:net";
import { describe, it } from "node:test";
import { request } from "undici";
import { listen } from "./listen.ts";
import { createDispatcher, outboundFromEnv } from "./outbound.ts";

describe("outboundFromEnv", () => {
  it("reads proxies in either case and adds PROXY_AUTH where a proxy has no account", () => {
    const options = outboundFromEnv({
      http_proxy: "proxy:3128",
      HTTPS_PROXY: "http://a:b@proxy:1",
      PROXY_AUTH: "u:p:q",
    });

    assert.equal(options.httpProxy, "http://u:p%3Aq@proxy:3128/");
    assert.equal(options.httpsProxy, "http://a:b@proxy:1/");
  });

  it("refuses a CA_CERT file that cannot be read, without its path", () => {
    assert.throws(() => outboundFromEnv({ CA_CERT: "/nowhere/ca.pem" }), {
      code: "CONFIG_INVALID",
      message: "CA_CERT: the file cannot be read",
    });
  });
});

describe("createDispatcher", () => {
  it("goes through the proxy, but not to the hosts of NO_PROXY", async () => {
    const target = await listen((_req, res) => void res.end("direct"), { port: 0, host: "127.0.0.1" });
    // Plain HTTP goes to a proxy in absolute form (RFC 9112, 3.2.2), so its answer shows that it was asked.
    const proxy = await listen((req, res) => void res.end(`proxied ${req.url}`), { port: 0, host: "127.0.0.1" });
    const dispatcher = createDispatcher({ httpProxy: proxy.url, noProxy: "127.0.0.1" });

    const through = await request("http://registry.internal:5000/v2/", { dispatcher });
    const direct = await request(`${target.url}/v2/`, { dispatcher });

    assert.equal(await through.body.text(), "proxied http://registry.internal:5000/v2/");
    assert.equal(await direct.body.text(), "direct");
    await dispatcher.destroy();
    await Promise.all([proxy.close(0), target.close(0)]);
  });

  it("connects to no address of a name that is refused", async () => {
    const target = await listen((_req, res) => void res.end("reached"), { port: 0, host: "127.0.0.1" });
    const asked: string[] = [];
    const isAddressAllowed = (hostname: string, address: string): boolean => {
      asked.push(`${hostname} ${address}`);
      return address !== "127.0.0.1" && address !== "::1";
    };
    const guarded = createDispatcher({ isAddressAllowed });
    const open = createDispatcher({ isAddressAllowed: () => true });
    const url = `http://localhost:${new URL(target.url).port}/`;

    await assert.rejects(request(url, { dispatcher: guarded }), { code: "EADDRREFUSED" });
    const answer = await request(url, { dispatcher: open });

    assert.equal(await answer.body.text(), "reached");
    assert.ok(asked.includes("localhost 127.0.0.1"));
    await Promise.all([guarded.destroy(), open.destroy()]);
    await target.close(0);
  });

  it("offers HTTP/2 unless it is to keep to HTTP/1.1", async () => {
    const hellos: string[] = [];
    const server = createServer((socket) => {
      socket.once("data", (bytes) => {
        hellos.push(bytes.toString("latin1"));
        socket.destroy();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const dispatchers = [createDispatcher({}), createDispatcher({ allowsHttp2: false })];

    for (const dispatcher of dispatchers) await assert.rejects(request(url, { dispatcher }));

    assert.deepEqual(
      hellos.map((hello) => [hello.includes("\u0002h2"), hello.includes("http/1.1")]),
      [
        [true, true],
        [false, true],
      ],
    );
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.destroy()));
    server.close();
  });

  it("opens a CONNECT tunnel through the proxy for HTTPS", async () => {
    const asked: string[] = [];
    const proxy = await listen(() => {}, { port: 0, host: "127.0.0.1" });
    proxy.server.on("connect", (req, socket) => {
      asked.push(req.url ?? "");
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
    const dispatcher = createDispatcher({ httpsProxy: proxy.url });

    await assert.rejects(request("https://registry.internal/v2/", { dispatcher }));

    assert.deepEqual(asked, ["registry.internal:443"]);
    await dispatcher.destroy();
    await proxy.close(0);
  });
});
