import { baseNameOf } from "../layer/paths.ts";
import { notBundled } from "./bundled.ts";
import { type Detection, type Detector, MB, NOTHING } from "./detector.ts";

/** What mix locked: an Elixir map, `"name": {:hex, :package, "version", ...}`. */
export const mixLock: Detector = {
  id: "mix-lock",
  wants: { baseNames: ["mix.lock"], accepts: notBundled, maxBytes: 8 * MB },
  parse({ bytes }): Detection {
    const rows = bytes.toString("utf8").matchAll(/^[ \t]*"[^"\n]+":[ \t]*\{:hex,\s*:"?([\w.-]+)"?,\s*"([^"]+)"/gm);
    return { packages: [...rows].map(([, name = "", version = ""]) => ({ type: "hex", name, version })), problems: [] };
  },
};

/** What rebar3 locked: Erlang terms, `{<<"name">>,{pkg,<<"package">>,<<"version">>}...`. */
export const rebarLock: Detector = {
  id: "rebar-lock",
  wants: { baseNames: ["rebar.lock"], accepts: notBundled, maxBytes: 8 * MB },
  parse({ bytes }): Detection {
    const rows = bytes.toString("utf8").matchAll(/\{pkg,\s*<<"([^"]+)">>,\s*<<"([^"]+)">>/g);
    return { packages: [...rows].map(([, name = "", version = ""]) => ({ type: "hex", name, version })), problems: [] };
  },
};

/** What is asked for stands at the start of the term; patterns over more than this could be made slow on purpose. */
const MAX_TERM_BYTES = 64 * 1024;

/** Applications in a release or of Erlang itself: `ebin/name.app`, one Erlang term with `vsn`. */
export const otpApplication: Detector = {
  id: "otp-app",
  wants: { suffixes: [".app"], accepts: (path) => /(?:^|\/)ebin\/[^/]+\.app$/.test(path), maxBytes: MB },
  parse({ path, bytes }): Detection {
    const text = bytes.toString("utf8", 0, Math.min(bytes.length, MAX_TERM_BYTES));
    const name = text.match(/\{\s*application\s*,\s*'?([\w]+)'?/)?.[1] ?? baseNameOf(path).replace(/\.app$/, "");
    const version = text.match(/\{\s*vsn\s*,\s*"([^"]+)"/)?.[1];
    if (!version) return { ...NOTHING, problems: [{ reason: "application without vsn" }] };
    const needs = text.match(/\{\s*applications\s*,\s*\[([^\]]*)\]/)?.[1]?.split(",") ?? [];
    const dependsOn = needs.map((part) => part.trim().replace(/^'|'$/g, "")).filter((part) => part !== "");
    return { packages: [{ type: "hex", name, version, dependsOn }], problems: [] };
  },
};
