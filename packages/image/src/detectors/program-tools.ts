import { type ProgramRow, row } from "./program-row.ts";

/** Tools, shells and libraries that are copied into images by hand. */
export const TOOL_PROGRAMS: readonly ProgramRow[] = [
  row("openssl", "openssl libcrypto.so*", "OpenSSL ", /OpenSSL (\d+\.\d+\.\d+(?:[a-z]+|-(?:alpha|beta|rc)\d+)?) /),
  row("aws-lc", "openssl libcrypto.so*", "AWS-LC ", /AWS-LC (\d+\.\d+\.\d+)\)/, { instead: "openssl" }),
  row("libressl", "openssl libcrypto.so*", "LibreSSL ", /LibreSSL (\d+\.\d+\.\d+)/, { instead: "openssl" }),
  row("curl", "curl libcurl*.so*", "curl/", /\0(?:lib)?curl\/(\d+\.\d+\.\d+)/),
  row("wget", "wget", "wget-", /wget-(\d+\.\d+(?:\.\d+)?)/),
  row("git", "git", "git/", /\bgit\/(\d+\.\d+\.\d+)/),
  row("bash", "bash", "@(#)Bash version ", /Bash version (\d+\.\d+\.\d+)/),
  row("busybox", "busybox", "BusyBox v", /BusyBox v(\d+\.\d+\.\d+)/),
  row("util-linux", "getopt", "util-linux ", /util-linux (\d+\.\d+(?:\.\d+)?)/),
  row("zstd", "zstd", "\0v1.", /\0v(1\.\d+\.\d+)\0/),
  row("xz", "xz", "(XZ Utils) ", /\(XZ Utils\) (\d+\.\d+\.\d+)/),
  row("gzip", "gzip", "\x001.", /\0(1\.\d+)\0/),
  row("jq", "jq", "\x001.", /\0(1\.\d+(?:\.\d+)?)\0/),
  row("jq", "jq", "jq-1.", /jq-(1\.\d+(?:\.\d+)?)/),
  row("helm", "helm", ["\0v2.", "\0v3.", "\0v4."], /\0v([234]\.\d+\.\d+(?:-(?:alpha|beta|rc)\.\d+)?)\0/, {
    module: "helm.sh/helm",
  }),
  row("sqlite", "sqlite3 libsqlite3.so*", "\x003.", /\0(3\.\d+\.\d+)\0/),
  row("zlib", "libz.so*", "deflate ", /deflate (\d+\.\d+(?:\.\d+)*) Copyright/),
  row("expat", "libexpat.so*", "expat_", /expat_(\d+\.\d+\.\d+)/),
  row("krb5", "libkrb5.so*", "KRB5_BRAND: ", /KRB5_BRAND: krb5-(\d+\.\d+(?:\.\d+)?)/),
  row("heimdal", "libkrb5.so*", "Heimdal ", /Heimdal (\d+\.\d+(?:\.\d+)?)/),
  row("qtbase", "libQt5Core.so* libQt6Core.so*", "\0Qt ", /\0Qt (\d+\.\d+\.\d+) \(/),
  row("qtbase", "libQtCore.so*", "QtCore library version ", /QtCore library version (?:Qt )?(\d+\.\d+\.\d+)/),
  row("ffmpeg", "ffmpeg ffprobe ffplay", "%s version ", /%s version n?(\d+\.\d+(?:\.\d+)?)/),
  row(
    "ffmpeg",
    "libav*.so* libswresample*.so* libswscale*.so* libpostproc*.so*",
    "FFmpeg version ",
    /FFmpeg version n?(\d+\.\d+(?:\.\d+)?)/,
  ),
  row(
    "chromium",
    "chrome chromium chrome-headless-shell headless_shell",
    ["\0Default", "\0chrome\0"],
    /\0(\d{2,3}\.0\.\d{4,5}\.\d{1,3})\0(?:Default|chrome)/,
  ),
];
