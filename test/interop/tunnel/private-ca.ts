import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A private authority and a certificate for loopback that it issued, as files. */
export interface PrivateCa {
  readonly caPath: string;
  readonly certPath: string;
  readonly keyPath: string;
}

export function createPrivateCa(): PrivateCa {
  const folder = mkdtempSync(join(tmpdir(), "tidewaiter-ca-"));
  const path = (name: string): string => join(folder, name);
  const run = (...args: string[]): void => void execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const newKey = ["-newkey", "rsa:2048", "-nodes"];
  run("req", "-x509", ...newKey, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Private CA");
  run("req", ...newKey, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=127.0.0.1");
  writeFileSync(path("names"), "subjectAltName=IP:127.0.0.1,DNS:localhost");
  run(
    "x509",
    "-req",
    "-in",
    "server.csr",
    "-CA",
    "ca.pem",
    "-CAkey",
    "ca.key",
    "-CAcreateserial",
    "-days",
    "2",
    "-extfile",
    "names",
    "-out",
    "server.pem",
  );
  return { caPath: path("ca.pem"), certPath: path("server.pem"), keyPath: path("server.key") };
}
