import { execFileSync } from "node:child_process";
import { createSign, randomUUID, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulators/start-emulator.ts";
import { ACCOUNT } from "./debian-registry.ts";

export interface TokenServer extends Emulator {
  readonly certificatePath: string;
}

/** A token server that docker-registry believes: JWTs signed with RS256, the certificate in their header (distribution, "Token authentication implementation"). */
export async function startTokenServer(folder: string): Promise<TokenServer> {
  const [keyPath, certificatePath] = [join(folder, "token-key.pem"), join(folder, "token-certificate.pem")];
  const subject = ["-subj", "/CN=interop", "-days", "2"];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", keyPath, "-out", certificatePath, ...subject],
    { stdio: "ignore" },
  );
  const key = readFileSync(keyPath, "utf8");
  const x5c = [new X509Certificate(readFileSync(certificatePath)).raw.toString("base64")];
  const server = await startEmulator((req, res) => {
    const given = Buffer.from((req.headers.authorization ?? "").replace(/^Basic /, ""), "base64").toString();
    if (given !== `${ACCOUNT.name}:${ACCOUNT.password}`) {
      res.writeHead(401, { "content-type": "application/json" }).end('{"errors":[{"code":"UNAUTHORIZED"}]}');
      return;
    }
    const query = new URL(req.url ?? "", "http://x").searchParams;
    const access = query.getAll("scope").flatMap(readScope);
    const token = sign({ alg: "RS256", typ: "JWT", x5c }, claimsOf(query.get("service") ?? "", access), key);
    res.setHeader("content-type", "application/json").end(JSON.stringify({ token, expires_in: 300 }));
  });
  return Object.assign(server, { certificatePath });
}

interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

function readScope(scope: string): Access[] {
  const [, type, name, actions] = /^(\w+):(.+):([\w,*]+)$/.exec(scope) ?? [];
  return type && name && actions ? [{ type, name, actions: actions.split(",") }] : [];
}

function claimsOf(audience: string, access: readonly Access[]): object {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: "interop",
    sub: ACCOUNT.name,
    aud: audience,
    exp: now + 300,
    nbf: now - 10,
    iat: now,
    jti: randomUUID(),
    access,
  };
}

function sign(header: object, claims: object, key: string): string {
  const encode = (json: object): string => Buffer.from(JSON.stringify(json)).toString("base64url");
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(key, "base64url")}`;
}
