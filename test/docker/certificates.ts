import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NEW_KEY = ["-newkey", "rsa:2048", "-nodes"];

/** A folder with a private authority, `ca.pem`, and for each container name a `<name>.pem` and `<name>.key` that it issued. */
export function createCertificates(names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "certificates-"));
  const openssl = (...args: string[]): void => void execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const authority = ["-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Private authority"];
  openssl("req", "-x509", ...NEW_KEY, "-days", "2", ...authority);
  for (const name of names) {
    const [key, request] = [`${name}.key`, `${name}.csr`];
    openssl("req", ...NEW_KEY, "-keyout", key, "-out", request, "-subj", `/CN=${name}`);
    writeFileSync(join(folder, "names"), `subjectAltName=DNS:${name},IP:127.0.0.1`);
    const issuer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"];
    openssl("x509", "-req", "-in", request, ...issuer, "-out", `${name}.pem`);
    // The processes in the containers run under another account.
    chmodSync(join(folder, key), 0o644);
  }
  chmodSync(folder, 0o755);
  return folder;
}
