import { createContext } from "preact";
import { useContext, useMemo } from "preact/hooks";
import { formatAge, formatBytes, formatDay, formatSeconds, formatTime } from "./format.ts";
import { SERVER_WORDS } from "./server-words.ts";
import { type Language, type TextKey, translate, type Values } from "./translate.ts";

export interface LanguageChoice {
  readonly language: Language;
  choose(language: Language): void;
}
export const LanguageContext = createContext<LanguageChoice>({ language: "en", choose: () => undefined });

/** Sentences and formats in the reader's language. */
export interface TextTools {
  readonly language: Language;
  t(key: TextKey, values?: Values): string;
  /** Words of the server on registry types, where they are known in the reader's language. */
  heard(words: string): string;
  time(time: string): string;
  day(time: string): string;
  age(time: string): string;
  bytes(bytes: number): string;
  seconds(seconds: number): string;
  number(value: number): string;
}

export function useText(): TextTools {
  const { language } = useContext(LanguageContext);
  return useMemo(
    () => ({
      language,
      t: (key, values) => translate(language, key, values),
      heard: (words) => (language === "ko" ? (SERVER_WORDS[words] ?? words) : words),
      time: (time) => formatTime(language, time),
      day: (time) => formatDay(language, time),
      age: (time) => formatAge(language, time, Date.now()),
      bytes: (bytes) => formatBytes(language, bytes),
      seconds: (seconds) => formatSeconds(language, seconds),
      number: (value) => value.toLocaleString(language),
    }),
    [language],
  );
}
