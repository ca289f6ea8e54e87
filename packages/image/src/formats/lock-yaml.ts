import { parse } from "yaml";

/**
 * YAML as lock files use it: every scalar is a text, and no aliases, which could blow a small file up. Looking for
 * repeated keys and drawing errors would take time with the square of the size.
 *
 * @throws {Error} for what is no YAML.
 */
export function parseLockYaml(bytes: Buffer): unknown {
  const text = bytes.toString("utf8");
  return parse(text, {
    maxAliasCount: 0,
    schema: "failsafe",
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "error",
  });
}
