import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Brand } from "../../parts/brand.tsx";

/** The card in the middle of the page that one signs in on. */
export function Gate({
  title,
  lead,
  children,
}: {
  title: string;
  lead: string;
  children: ComponentChildren;
}): JSX.Element {
  useEffect(() => {
    document.title = `${title} · Tidewaiter`;
  }, [title]);
  return (
    <main class="gate">
      <div class="card">
        <Brand />
        <div>
          <h1>{title}</h1>
          <p class="lead">{lead}</p>
        </div>
        {children}
      </div>
    </main>
  );
}
