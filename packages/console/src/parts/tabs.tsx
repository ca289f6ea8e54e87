import type { ComponentChildren, JSX } from "preact";

export interface Tab {
  readonly id: string;
  readonly label: ComponentChildren;
  readonly href: string;
}

/** Tabs that are links: each has an address of its own. */
export function Tabs({ label, tabs, current }: { label: string; tabs: readonly Tab[]; current: string }): JSX.Element {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <a key={tab.id} href={tab.href} aria-current={tab.id === current ? "page" : undefined}>
          {tab.label}
        </a>
      ))}
    </nav>
  );
}
