import { recall, remember } from "../navigation/storage.ts";

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
const KEY = "tidewaiter-theme";

export function rememberedTheme(): Theme {
  const kept = recall(KEY);
  return THEMES.find((theme) => theme === kept) ?? "auto";
}

export function showTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  remember(KEY, theme);
}
