import { baseNameOf } from "../layer/paths.ts";
import { type Detection, type Detector, type FoundPackage, MB, NOTHING } from "./detector.ts";

interface Program {
  readonly name: string;
  readonly files: RegExp;
  /** A text near which the version stands; looked for in the bytes, so that large programs need no decoding. */
  readonly needle: string;
  readonly version: RegExp;
}

/** Programs that are often put into images without a package, and the text by which they know their version. */
const PROGRAMS: readonly Program[] = [
  { name: "node", files: /^node$/, needle: "node.js/v", version: /node\.js\/v(\d+\.\d+\.\d+)/ },
  { name: "node", files: /^node$/, needle: "/node-v", version: /\/node-v(\d+\.\d+\.\d+)\.tar/ },
  {
    name: "python",
    files: /^(?:python\d(?:\.\d+)?|libpython\d\.\d+\.so.*)$/,
    needle: "\x003.",
    version: /\0(3\.\d+\.\d+(?:(?:a|b|rc)\d+)?\+?)\0/,
  },
  {
    name: "python",
    files: /^(?:python2(?:\.\d+)?|libpython2\.\d+\.so.*)$/,
    needle: "\x002.7",
    version: /\0(2\.7\.\d+\+?)\0/,
  },
  {
    name: "openssl",
    files: /^(?:openssl|libcrypto\.so.*)$/,
    needle: "OpenSSL ",
    version: /OpenSSL (\d+\.\d+\.\d+[a-z]*) /,
  },
  { name: "nginx", files: /^nginx$/, needle: "nginx/", version: /nginx\/(\d+\.\d+\.\d+)/ },
  { name: "httpd", files: /^(?:httpd|apache2)$/, needle: "Apache/", version: /Apache\/(\d+\.\d+\.\d+)/ },
  {
    name: "redis",
    files: /^redis-(?:server|cli|sentinel)$/,
    needle: "redis_version:",
    version: /redis_version:(\d+\.\d+\.\d+)/,
  },
  { name: "redis", files: /^redis-(?:server|cli|sentinel)$/, needle: "-build", version: /(\d+\.\d+\.\d+)[\w-]*-build/ },
  {
    name: "valkey",
    files: /^valkey-(?:server|cli)$/,
    needle: "valkey_version:",
    version: /valkey_version:(\d+\.\d+\.\d+)/,
  },
  { name: "postgresql", files: /^postgres$/, needle: "(PostgreSQL) ", version: /\(PostgreSQL\) (\d+(?:\.\d+)+)/ },
  { name: "mysql", files: /^mysqld?$/, needle: "mysql-", version: /mysql-(\d+\.\d+\.\d+)/ },
  { name: "mariadb", files: /^(?:mariadbd?|mysqld?)$/, needle: "-MariaDB", version: /(\d+\.\d+\.\d+)-MariaDB/ },
  { name: "mongodb", files: /^mongod$/, needle: "mongod-", version: /mongod-(\d+\.\d+\.\d+)/ },
  { name: "memcached", files: /^memcached$/, needle: "memcached ", version: /memcached (\d+\.\d+\.\d+)/ },
  { name: "haproxy", files: /^haproxy$/, needle: "HAProxy version ", version: /HAProxy version (\d+\.\d+\.\d+)/ },
  {
    name: "php",
    files: /^(?:php(?:\d[\d.]*)?|php-fpm[\d.]*|libphp\d?\.so)$/,
    needle: "X-Powered-By: PHP/",
    version: /PHP\/(\d+\.\d+\.\d+)/,
  },
  { name: "perl", files: /^perl$/, needle: "/perl5/", version: /\/perl5?\/(\d+\.\d+\.\d+)/ },
  { name: "ruby", files: /^(?:ruby|libruby\.so.*)$/, needle: "ruby ", version: /ruby (\d\.\d+\.\d+)/ },
  { name: "busybox", files: /^busybox$/, needle: "BusyBox v", version: /BusyBox v(\d+\.\d+\.\d+)/ },
  { name: "bash", files: /^bash$/, needle: "@(#)Bash version ", version: /Bash version (\d+\.\d+\.\d+)/ },
  { name: "curl", files: /^(?:curl|libcurl\.so.*)$/, needle: "libcurl/", version: /libcurl\/(\d+\.\d+\.\d+)/ },
  { name: "deno", files: /^deno$/, needle: "Deno/", version: /Deno\/(\d+\.\d+\.\d+)/ },
  { name: "bun", files: /^bun$/, needle: "Bun v", version: /Bun v(\d+\.\d+\.\d+)/ },
  { name: "erlang", files: /^beam\.smp$/, needle: "Erlang/OTP ", version: /Erlang\/OTP (\d+(?:\.\d+)*)/ },
  { name: "envoy", files: /^envoy$/, needle: "/Clean/RELEASE/", version: /\/(\d+\.\d+\.\d+)\/Clean\/RELEASE/ },
  { name: "ffmpeg", files: /^ffmpeg$/, needle: "ffmpeg version ", version: /ffmpeg version n?(\d+\.\d+(?:\.\d+)?)/ },
];
const FOLDER = /(?:^|\/)(?:s?bin|libexec|lib|lib64|opt|app|local|erts-[\d.]+)(?:\/|$)/;
const NEAR_BYTES = 256;
const MAX_LOOKS = 50;

/** Known programs, by name and by the version text in their bytes. */
export const programs: Detector = {
  id: "programs",
  wants: {
    accepts: (path) => FOLDER.test(path) && PROGRAMS.some(({ files }) => files.test(baseNameOf(path))),
    magic: [Uint8Array.of(0x7f, 0x45, 0x4c, 0x46)],
    needles: (path) =>
      PROGRAMS.filter(({ files }) => files.test(baseNameOf(path))).map(({ needle }) => ({
        bytes: Buffer.from(needle, "latin1"),
        before: NEAR_BYTES,
        after: NEAR_BYTES,
      })),
    maxBytes: 512 * MB,
  },
  parse({ path, bytes }): Detection {
    const name = baseNameOf(path);
    const found = new Map<string, FoundPackage>();
    for (const program of PROGRAMS) {
      if (!program.files.test(name) || found.has(program.name)) continue;
      const version = findVersion(bytes, program);
      if (version) found.set(program.name, { type: "generic", name: program.name, version });
    }
    // MariaDB calls its programs by MySQL's names as well.
    if (found.has("mariadb")) found.delete("mysql");
    return found.size > 0 ? { packages: [...found.values()], problems: [] } : NOTHING;
  },
};

function findVersion(bytes: Buffer, { needle, version }: Program): string | undefined {
  let at = bytes.indexOf(needle, 0, "latin1");
  for (let look = 0; at >= 0 && look < MAX_LOOKS; look += 1) {
    const near = bytes.toString("latin1", Math.max(0, at - NEAR_BYTES), at + NEAR_BYTES);
    const match = near.match(version)?.[1];
    if (match) return match;
    at = bytes.indexOf(needle, at + 1, "latin1");
  }
  return undefined;
}
