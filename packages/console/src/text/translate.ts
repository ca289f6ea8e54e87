import { CATALOGUE, type TextKey } from "./catalogue/index.ts";

export const LANGUAGES = ["en", "ko"] as const;
export type Language = (typeof LANGUAGES)[number];
export type { TextKey };
export type Values = Readonly<Record<string, string | number>>;
export type Translate = (key: TextKey, values?: Values) => string;

/** The first language of the list that we speak. */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const known = LANGUAGES.find((language) => tag.toLowerCase().split("-")[0] === language);
    if (known) return known;
  }
  return "en";
}

/** The sentence of `key`, with `{name}` filled in from `values`. */
export function translate(language: Language, key: TextKey, values: Values = {}): string {
  const [english, korean, one] = CATALOGUE[key] as readonly [string, string, string?];
  const text = language === "ko" ? korean : values.count === 1 && one !== undefined ? one : english;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? value.toLocaleString(language) : value;
  });
}
