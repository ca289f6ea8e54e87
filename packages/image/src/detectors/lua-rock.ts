import { type Detection, type Detector, type FoundPackage, MB } from "./detector.ts";

const INSTALLED = /(?:^|\/)rocks(?:-[\d.]+)?\/([^/]+)\/([^/]+)\/\1-\2\.rockspec$/;

/** Lua modules that LuaRocks installed; its tree of folders has name and version (LuaRocks, file locations). */
export const luaRock: Detector = {
  id: "lua-rock",
  wants: { suffixes: [".rockspec"], accepts: (path) => INSTALLED.test(path), maxBytes: MB },
  parse({ path, bytes }): Detection {
    const [, name = "", version = ""] = path.match(INSTALLED) ?? [];
    const license = bytes.toString("utf8").match(/\blicense\s*=\s*["']([^"'\n]{1,200})["']/)?.[1];
    const packages: FoundPackage[] =
      name && version ? [{ type: "luarocks", name, version, ...(license && { licenses: [license] }) }] : [];
    return { packages, problems: [] };
  },
};
