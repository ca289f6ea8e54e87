import type { JSX } from "preact";
import { useNavigation } from "../navigation/navigation.ts";

export function Brand(): JSX.Element {
  const { path } = useNavigation();
  return (
    <a class="brand" href="/" aria-current={path === "/" ? "page" : undefined}>
      <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <rect width="32" height="32" rx="7" fill="#14505f" />
        <path d="M8 9h16v4h-5.500v11h-5V13H8z" fill="#fff" />
        <path
          d="M4 25c3-2 5-2 8 0s5 2 8 0 5-2 8 0"
          fill="none"
          stroke="#5cd0c5"
          stroke-width="2.500"
          stroke-linecap="round"
        />
      </svg>
      Tidewaiter
    </a>
  );
}
