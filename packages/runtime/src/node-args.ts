import { readFileSync } from "node:fs";

/**
 * The options that an entry point wants Node to be started with, as its first line says them
 * (`#!/usr/bin/env -S node --option`): whoever starts it in another way starts it alike.
 */
export function nodeArgsOf(entry: URL): readonly string[] {
  const [first = ""] = readFileSync(entry, "utf8").split("\n", 1);
  const [, options = ""] = /^#!\S*\benv -S node (.*)$/.exec(first) ?? [];
  return options.split(" ").filter((option) => option !== "");
}
