import { CAUSES } from "./causes.ts";
import { FACTS } from "./facts.ts";
import { MESSAGES } from "./messages.ts";
import { REGISTRY_CAUSES } from "./registry-causes.ts";
import { REGISTRY_TYPE_WORDS } from "./registry-types.ts";
import { ERROR_TITLES } from "./titles.ts";

const WORDS = { ...REGISTRY_TYPE_WORDS, ...CAUSES, ...REGISTRY_CAUSES, ...MESSAGES, ...FACTS } as const;
const PLACE = /\{(\w+)\}/g;
const FORMS = Object.entries(WORDS)
  .filter(([english]) => /\{\w+\}/.test(english))
  .map(([english, korean]) => ({ form: formOf(english), korean }));

/** Words of the server in Korean, with what differs from case to case filled in; undefined where they are not known. */
export function inKorean(words: string): string | undefined {
  const known = (WORDS as Readonly<Record<string, string>>)[words];
  if (known !== undefined) return known;
  for (const { form, korean } of FORMS) {
    const found = form.exec(words)?.groups;
    if (found) return korean.replace(PLACE, (_, name: string) => found[name] ?? "");
  }
  return undefined;
}

/** What a code means, in Korean. */
export function titleInKorean(code: string): string | undefined {
  return ERROR_TITLES[code];
}

/** `the bundle is larger than {bytes} bytes` as a pattern with a group for each place. */
function formOf(english: string): RegExp {
  const pattern = english.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(PLACE, "(?<$1>.+?)");
  return new RegExp(`^${pattern}$`, "s");
}
