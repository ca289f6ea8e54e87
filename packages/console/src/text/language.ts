import { createContext } from "preact";
import { useContext, useMemo } from "preact/hooks";
import type { Problem } from "../api/types/index.ts";
import { formatAge, formatBytes, formatDay, formatSeconds, formatTime } from "./format.ts";
import { type Language, type TextKey, translate, type Values } from "./translate.ts";

/** What the server says, in Korean; read only where somebody reads Korean. */
export type ServerWords = Pick<typeof import("./server-words/in-korean.ts"), "inKorean" | "titleInKorean">;

export interface LanguageChoice {
  readonly language: Language;
  readonly serverWords?: ServerWords | undefined;
  choose(language: Language): void;
}
export const LanguageContext = createContext<LanguageChoice>({ language: "en", choose: () => undefined });

/** Sentences and formats in the reader's language. */
export interface TextTools {
  readonly language: Language;
  t(key: TextKey, values?: Values): string;
  /** Words of the server, where they are known in the reader's language; else as they came. */
  heard(words: string): string;
  /** An error as a heading, and the server's own sentence below it where the heading does not say it. */
  heardProblem(problem: Said): { readonly title: string; readonly original: string | undefined };
  time(time: string): string;
  day(time: string): string;
  age(time: string): string;
  bytes(bytes: number): string;
  seconds(seconds: number): string;
  number(value: number): string;
}

export function useText(): TextTools {
  const { language, serverWords } = useContext(LanguageContext);
  return useMemo(
    () => ({
      language,
      t: (key, values) => translate(language, key, values),
      heard: (words) => serverWords?.inKorean(words) ?? words,
      heardProblem: (problem) => headingOf(problem, serverWords),
      time: (time) => formatTime(language, time),
      day: (time) => formatDay(language, time),
      age: (time) => formatAge(language, time, Date.now()),
      bytes: (bytes) => formatBytes(language, bytes),
      seconds: (seconds) => formatSeconds(language, seconds),
      number: (value) => value.toLocaleString(language),
    }),
    [language, serverWords],
  );
}

type Said = Pick<Problem, "code" | "message" | "details">;

/** Details say one by one what the sentence of a refused input says at once. */
function headingOf(
  { code, message, details }: Said,
  words: ServerWords | undefined,
): ReturnType<TextTools["heardProblem"]> {
  const known = words?.inKorean(message);
  const title = known ?? words?.titleInKorean(code);
  const isSaid = title === undefined || known !== undefined || (details !== undefined && details.length > 0);
  return { title: title ?? message, original: isSaid ? undefined : message };
}
