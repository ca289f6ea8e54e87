import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { OverviewHistory } from "../../api/types/index.ts";
import { formatDay } from "../../text/format.ts";
import type { Language } from "../../text/translate.ts";

export const CHARTED = ["critical", "high", "medium", "low"] as const;
/** Lines differ in their dashes as well, so that colour is not the only sign. */
export const DASHES: Record<(typeof CHARTED)[number], number[]> = {
  critical: [],
  high: [8, 4],
  medium: [3, 4],
  low: [1, 5],
};
const HEIGHT = 220;

export interface ChartWords {
  readonly labels: readonly string[];
  readonly day: string;
  /** How many days the axis shows, ending with the last one known. */
  readonly days: number;
  readonly language: Language;
}

/** A line for each severity. Colours come from the style sheet, so the chart follows light and dark. */
export function drawChart(element: HTMLElement, items: OverviewHistory["items"], words: ChartWords): uPlot {
  const seconds = items.map(({ day }) => Date.parse(`${day}T12:00:00Z`) / 1_000);
  const showDay = (_: unknown, at: number | null): string =>
    at === null ? "–" : formatDay(words.language, new Date(at * 1_000).toISOString());
  const axis = { stroke: resolved(element, "--ink-soft"), grid: { stroke: resolved(element, "--line"), width: 1 } };
  return new uPlot(
    {
      width: Math.max(element.clientWidth, 200),
      height: HEIGHT,
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      scales: {
        x: { range: () => span(seconds, words.days) },
        y: { range: (_, __, max) => [0, Math.max(max * 1.1, 4)] },
      },
      axes: [
        {
          ...axis,
          incrs: [1, 2, 5, 7, 14, 28].map((count) => count * DAY_S),
          values: (_, at) => at.map((one) => shortDay(words.language, one)),
        },
        { ...axis, size: 48, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000] },
      ],
      series: [
        { label: words.day, value: showDay },
        ...CHARTED.map((severity, index) => ({
          label: words.labels[index] ?? severity,
          stroke: resolved(element, `--${severity}`),
          dash: DASHES[severity],
          width: 2,
          points: { show: items.length < 3, size: 7 },
        })),
      ],
    },
    [seconds, ...CHARTED.map((severity) => items.map(({ counts }) => counts[severity]))],
    element,
  );
}

const DAY_S = 86_400;

function span(seconds: readonly number[], days: number): [number, number] {
  const last = seconds.at(-1) ?? 0;
  return [last - (days - 1) * DAY_S, last];
}

function shortDay(language: Language, seconds: number): string {
  return new Intl.DateTimeFormat(language, { month: "short", day: "numeric" }).format(new Date(seconds * 1_000));
}

/** A canvas does not understand `light-dark()`, so an element is asked what the colour comes to. */
function resolved(element: HTMLElement, variable: string): string {
  const probe = document.createElement("i");
  probe.style.color = `var(${variable})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
