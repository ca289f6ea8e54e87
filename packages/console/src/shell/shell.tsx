import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Api } from "../api/client.ts";
import type { Live } from "../api/live.ts";
import { type Services, ServicesContext } from "../api/services.ts";
import type { Principal } from "../api/types/index.ts";
import { useNavigation } from "../navigation/navigation.ts";
import { Brand } from "../parts/brand.tsx";
import { Icon } from "../parts/icons.tsx";
import { useText } from "../text/language.ts";
import { findScreen } from "./screens.tsx";
import { Side } from "./side.tsx";

interface ShellProps {
  readonly api: Api;
  readonly live: Live;
  readonly me: Principal;
  onLeave(): void;
}

const TOAST_MS = 5_000;

/** What stands around every screen: navigation, live state, short messages. */
export function Shell({ api, live, me, onLeave }: ShellProps): JSX.Element {
  const { t } = useText();
  const { path } = useNavigation();
  const [isMenuOpen, setIsMenuOpen] = useState(false);
  const [toast, setToast] = useState("");
  const services = useMemo<Services>(() => ({ api, live, me, say: setToast }), [api, live, me]);
  const isLive = useLiveState(live);
  useEffect(() => setIsMenuOpen(false), [path]);
  useEffect(() => {
    const timer = setTimeout(() => setToast(""), TOAST_MS);
    return () => clearTimeout(timer);
  }, [toast]);
  return (
    <ServicesContext.Provider value={services}>
      <a class="skip" href="#content">
        {t("common.skip")}
      </a>
      <div class="shell">
        <header class="top-bar">
          <Brand />
          <button
            type="button"
            class="button icon-only"
            aria-label={t("common.menu")}
            aria-expanded={isMenuOpen}
            onClick={() => setIsMenuOpen(!isMenuOpen)}
          >
            <Icon name={isMenuOpen ? "close" : "menu"} />
          </button>
        </header>
        <Side isOpen={isMenuOpen} onClose={() => setIsMenuOpen(false)} onLeave={onLeave} />
        <div>
          {!isLive && (
            <p class="banner" role="status">
              {t("common.offline")}
            </p>
          )}
          <main id="content" tabIndex={-1}>
            {findScreen(path)}
          </main>
        </div>
      </div>
      <div class="toast" role="status">
        {toast}
      </div>
    </ServicesContext.Provider>
  );
}

function useLiveState(live: Live): boolean {
  const [isLive, setIsLive] = useState(true);
  useEffect(() => {
    live.start();
    const unwatch = live.watchState(setIsLive);
    return () => {
      unwatch();
      live.stop();
    };
  }, [live]);
  return isLive;
}
