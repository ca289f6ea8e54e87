import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useNavigation } from "../navigation/navigation.ts";

interface ScreenProps {
  readonly title: string;
  readonly lead?: ComponentChildren;
  readonly above?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** Head and body of a page. On arrival the heading takes the focus, so that screen readers say where one is. */
export function Screen({ title, lead, above, actions, children }: ScreenProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  const { path, hasMoved } = useNavigation();
  const area = path.split("/").slice(0, 3).join("/");
  useEffect(() => {
    document.title = `${title} · Tidewaiter`;
  }, [title]);
  useEffect(() => {
    if (area && hasMoved) heading.current?.focus({ preventScroll: true });
  }, [area, hasMoved]);
  return (
    <>
      <header class="screen-head">
        <div class="screen-title">
          {above && <div class="above">{above}</div>}
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead && <p class="lead">{lead}</p>}
        </div>
        {actions && <div class="actions">{actions}</div>}
      </header>
      {children}
    </>
  );
}
