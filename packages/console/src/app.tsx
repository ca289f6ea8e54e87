import type { JSX } from "preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { createApi, toProblem } from "./api/client.ts";
import { createLive } from "./api/live.ts";
import type { Principal, Problem } from "./api/types/index.ts";
import { NavigationContext, useBrowserNavigation, useNavigation } from "./navigation/navigation.ts";
import { recall, remember } from "./navigation/storage.ts";
import { Loading } from "./parts/empty.tsx";
import { ProblemNote } from "./parts/problem-note.tsx";
import { SignIn } from "./screens/sign-in/sign-in.tsx";
import { Start } from "./screens/sign-in/start.tsx";
import { Shell } from "./shell/shell.tsx";
import { LanguageContext, type ServerWords } from "./text/language.ts";
import { chooseLanguage, type Language } from "./text/translate.ts";

const LANGUAGE_KEY = "tidewaiter-language";

/** The whole page: signed out, it is the way in; signed in, the shell with a screen. */
export function App(): JSX.Element {
  const navigation = useBrowserNavigation();
  const [language, setLanguage] = useState<Language>(() =>
    chooseLanguage([recall(LANGUAGE_KEY) ?? "", ...navigator.languages]),
  );
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const choose = useCallback((next: Language) => {
    remember(LANGUAGE_KEY, next);
    setLanguage(next);
  }, []);
  const serverWords = useServerWords(language);
  return (
    <NavigationContext.Provider value={navigation}>
      <LanguageContext.Provider value={{ language, choose, serverWords }}>
        <Door />
      </LanguageContext.Provider>
    </NavigationContext.Provider>
  );
}

/** Loaded with the first page that is read in Korean: the server itself speaks English. */
function useServerWords(language: Language): ServerWords | undefined {
  const [words, setWords] = useState<ServerWords | undefined>(undefined);
  useEffect(() => {
    // Without them the server's own words stand there.
    if (language === "ko") import("./text/server-words/in-korean.ts").then(setWords, () => undefined);
  }, [language]);
  return language === "ko" ? words : undefined;
}

/** `undefined`: not asked yet; `null`: nobody is signed in. */
type Who = Principal | null | undefined;

function Door(): JSX.Element {
  const { path, go } = useNavigation();
  const [me, setMe] = useState<Who>(undefined);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const api = useMemo(() => createApi(() => setMe(null)), []);
  const live = useMemo(() => createLive(), []);
  const ask = useCallback(() => {
    setProblem(undefined);
    api.get<Principal>("/session").then(setMe, (error: unknown) => {
      const found = toProblem(error);
      if (found.code !== "UNAUTHENTICATED") setProblem(found);
    });
  }, [api]);
  useEffect(ask, [ask]);
  const enter = (principal: Principal): void => {
    setMe(principal);
    if (path === "/start" || path === "/sign-in") go("/", "replace");
  };

  if (path === "/start") return <Start api={api} onEnter={enter} />;
  if (me) return <Shell api={api} live={live} me={me} onLeave={() => setMe(null)} />;
  if (me === null) return <SignIn api={api} onEnter={enter} />;
  return <main>{problem ? <ProblemNote problem={problem} retry={ask} /> : <Loading />}</main>;
}
