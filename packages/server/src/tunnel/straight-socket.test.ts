import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { WebSocket, WebSocketServer } from "ws";
import { StraightSocket } from "./straight-socket.ts";

const BEAT = { pingIntervalMs: 1_000, pingTimeoutMs: 500 };

describe("WebSocket that was dialled straight", () => {
  let server: WebSocketServer;
  before(async () => {
    server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await once(server, "listening");
  });
  after(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });

  async function dial() {
    const address = server.address();
    const client = new WebSocket(`ws://127.0.0.1:${typeof address === "object" ? address?.port : 0}`);
    const [[accepted]] = await Promise.all([once(server, "connection"), once(client, "open")]);
    const socket = new StraightSocket(accepted as WebSocket, "192.0.2.1", BEAT);
    const heard: (string | Buffer)[] = [];
    const ended: string[] = [];
    socket.listen({ onMessage: (data) => heard.push(data), onClose: (reason) => ended.push(reason) });
    return { client, socket, heard, ended };
  }
  const nextText = async (client: WebSocket): Promise<string> => String((await once(client, "message"))[0]);

  it("puts texts into packets, passes bytes as they are, and answers pings", async () => {
    const { client, socket, heard } = await dial();

    socket.send("down");
    const down = await nextText(client);
    client.send("4üp");
    client.send(Buffer.from("bytes"));
    client.send("2probe");
    const pong = await nextText(client);

    assert.deepEqual([down, pong, heard], ["4down", "3probe", ["üp", Buffer.from("bytes")]]);
    assert.equal(socket.isOpen, true);
  });

  it("pings when it is time, goes on when anything comes, and ends when nothing does", async () => {
    const { client, socket, ended } = await dial();
    const start = Date.now();

    const pinged = nextText(client);
    socket.beat(start + 1_100);
    assert.equal(await pinged, "2");
    client.send("6");
    client.send("2");
    await nextText(client);
    socket.beat(start + 1_700);
    assert.deepEqual([socket.isOpen, ended], [true, []]);

    const again = nextText(client);
    socket.beat(start + 5_000);
    await again;
    socket.beat(start + 5_600);

    assert.deepEqual([socket.isOpen, ended], [false, ["ping timeout"]]);
  });

  for (const [what, packet] of [
    ["a packet of no kind", "9"],
    ["an empty text", ""],
    ["a close packet", "1"],
  ] as const) {
    it(`ends with ${what}, once, and takes nothing more`, async () => {
      const { client, socket, heard, ended } = await dial();
      client.send(packet);
      client.send("4late");

      await once(client, "close");
      socket.close();

      assert.deepEqual([heard, ended, socket.isOpen], [[], ["forced close"], false]);
    });
  }
});
