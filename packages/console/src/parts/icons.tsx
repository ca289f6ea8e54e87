import type { JSX } from "preact";

/** Outlines on a 20 by 20 grid, drawn here so that nothing is loaded from elsewhere. */
const OUTLINES = {
  overview: "M3 11h5V3H3zM12 17h5V9h-5zM3 17h5v-3H3zM12 6h5V3h-5z",
  images: "M10 2.500 17 6v8l-7 3.500L3 14V6zM3 6l7 3.500L17 6M10 9.500v8",
  findings: "M10 3 2.500 16.500h15zM10 8v4M10 14.300v.4",
  connections: "M4 10a6 6 0 0 1 12 0M1.500 10a8.500 8.500 0 0 1 17 0M7 10a3 3 0 0 1 6 0M10 10v7",
  imports: "M10 3v9M6 8.500l4 4 4-4M3 15v2h14v-2",
  activity: "M2 10h3.500l2.500-6 4 12 2.500-6H18",
  policy: "M10 2.500 16.500 5v5c0 4-3 6.500-6.500 7.500C6.500 16.500 3.500 14 3.500 10V5zM7 10l2 2 4-4",
  schedules: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6v4l3 2",
  alerts: "M5 13V9a5 5 0 0 1 10 0v4l1.500 2h-13zM8.500 17.500h3",
  reports: "M5 2.500h7l3.500 3.500v11.500H5zM12 2.500V6h3.500M8 10h5M8 13.500h5",
  fleet: "M3 3h14v5H3zM3 12h14v5H3zM6 5.500h.4M6 14.500h.4M10 5.500h4M10 14.500h4",
  traffic: "M6.500 3v14M3 13.500 6.500 17l3.500-3.500M13.500 17V3M10 6.500 13.500 3 17 6.500",
  diagnose:
    "M8.500 3a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11zM12.500 12.500l4.500 4.500M5.500 8.500h1.500l1-2.500 1.500 4.500 1-2h1",
  settings: "M3 6h8M15 6h2M3 14h2M9 14h8M13 4v4M7 12v4",
  menu: "M3 5h14M3 10h14M3 15h14",
  close: "M5 5l10 10M15 5 5 15",
  search: "M9 3.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11zM13 13l4 4",
  check: "M4 10.500l4 4 8-9",
  cross: "M5 5l10 10M15 5 5 15",
  warn: "M10 4v8M10 15v.5",
  skip: "M5 10h10",
  pause: "M7 5v10M13 5v10",
  clock: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6v4l3 2",
  plus: "M10 4v12M4 10h12",
  chevron: "M7 4l6 6-6 6",
  copy: "M7 7h9v9H7zM4 13V4h9",
  external: "M8 4H4v12h12v-4M11 4h5v5M16 4l-7 7",
  spinner: "M10 3a7 7 0 1 1-7 7",
} as const;
export type IconName = keyof typeof OUTLINES;

/** Decoration beside words; never the only name of a control. */
export function Icon({ name, class: className = "" }: { name: IconName; class?: string }): JSX.Element {
  return (
    <svg class={`icon ${className}`} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={OUTLINES[name]} />
    </svg>
  );
}
