import type { JSX } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { useMay, useServices } from "../api/services.ts";
import type { Role } from "../api/types/index.ts";
import { useAction } from "../api/use-action.ts";
import { useNavigation } from "../navigation/navigation.ts";
import { Brand } from "../parts/brand.tsx";
import { Icon, type IconName } from "../parts/icons.tsx";
import { LanguageContext, useText } from "../text/language.ts";
import { LANGUAGES, type TextKey } from "../text/translate.ts";
import { rememberedTheme, showTheme, THEMES } from "./theme.ts";

interface Entry {
  readonly href: string;
  readonly icon: IconName;
  readonly text: TextKey;
  readonly role: Role;
}

const ENTRIES: readonly Entry[] = [
  { href: "/", icon: "overview", text: "nav.overview", role: "viewer" },
  { href: "/images", icon: "images", text: "nav.images", role: "viewer" },
  { href: "/findings", icon: "findings", text: "nav.findings", role: "viewer" },
  { href: "/connections", icon: "connections", text: "nav.connections", role: "viewer" },
  { href: "/imports", icon: "imports", text: "nav.imports", role: "viewer" },
  { href: "/activity", icon: "activity", text: "nav.activity", role: "viewer" },
  { href: "/allow-lists", icon: "policy", text: "nav.policy", role: "viewer" },
  { href: "/schedules", icon: "schedules", text: "nav.schedules", role: "viewer" },
  { href: "/alerts", icon: "alerts", text: "nav.alerts", role: "admin" },
  { href: "/reports", icon: "reports", text: "nav.reports", role: "viewer" },
  { href: "/fleet", icon: "fleet", text: "nav.fleet", role: "viewer" },
  { href: "/traffic", icon: "traffic", text: "nav.traffic", role: "viewer" },
  { href: "/diagnose", icon: "diagnose", text: "nav.diagnose", role: "admin" },
  { href: "/settings", icon: "settings", text: "nav.settings", role: "viewer" },
];

interface SideProps {
  readonly isOpen: boolean;
  onClose(): void;
  onLeave(): void;
}

export function Side({ isOpen, onClose, onLeave }: SideProps): JSX.Element {
  const { t } = useText();
  useEffect(() => {
    const close = (event: KeyboardEvent): void => {
      if (event.key === "Escape") onClose();
    };
    addEventListener("keydown", close);
    return () => removeEventListener("keydown", close);
  }, [onClose]);
  return (
    <aside class={`side${isOpen ? " open" : ""}`} aria-label="Tidewaiter">
      <Brand />
      <nav aria-label={t("nav.main")}>
        {ENTRIES.map((entry) => (
          <SideLink key={entry.href} entry={entry} />
        ))}
      </nav>
      <div class="side-foot">
        <LanguageChooser />
        <ThemeChooser />
        <WhoAmI onLeave={onLeave} />
      </div>
    </aside>
  );
}

function SideLink({ entry }: { entry: Entry }): JSX.Element | null {
  const { t } = useText();
  const { path } = useNavigation();
  const isHere = entry.href === "/" ? path === "/" : path.startsWith(entry.href);
  if (!useMay(entry.role)) return null;
  return (
    <a href={entry.href} aria-current={isHere ? "page" : undefined}>
      <Icon name={entry.icon} />
      {t(entry.text)}
    </a>
  );
}

function LanguageChooser(): JSX.Element {
  const { t } = useText();
  const { language, choose } = useContext(LanguageContext);
  const pick = (value: string): void => {
    const known = LANGUAGES.find((one) => one === value);
    if (known) choose(known);
  };
  return (
    <label>
      {t("common.language")}
      <select value={language} onChange={(event) => pick(event.currentTarget.value)}>
        <option value="en">English</option>
        <option value="ko" lang="ko">
          한국어
        </option>
      </select>
    </label>
  );
}

function ThemeChooser(): JSX.Element {
  const { t } = useText();
  const [theme, setTheme] = useState(rememberedTheme);
  const pick = (value: string): void => {
    const next = THEMES.find((one) => one === value) ?? "auto";
    showTheme(next);
    setTheme(next);
  };
  return (
    <label>
      {t("common.theme")}
      <select value={theme} onChange={(event) => pick(event.currentTarget.value)}>
        {THEMES.map((one) => (
          <option key={one} value={one}>
            {t(`common.theme.${one}`)}
          </option>
        ))}
      </select>
    </label>
  );
}

function WhoAmI({ onLeave }: { onLeave(): void }): JSX.Element {
  const { t } = useText();
  const { api, me } = useServices();
  const leave = useAction(async () => {
    await api.remove("/session");
    onLeave();
  });
  return (
    <div class="who">
      <span>
        {me.name}
        <small>{t(`role.${me.role}`)}</small>
      </span>
      <button type="button" class="button small" disabled={leave.isRunning} onClick={() => leave.run()}>
        {t("signIn.out")}
      </button>
    </div>
  );
}
