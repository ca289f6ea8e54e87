import type { JSX } from "preact";
import { Icon } from "../../parts/icons.tsx";
import { useText } from "../../text/language.ts";

/** What is left to do until there is something to see. */
export function FirstSteps({ hasConnection }: { hasConnection: boolean }): JSX.Element {
  const { t } = useText();
  const steps = [
    { text: t("overview.step.account"), isDone: true, href: "/settings" },
    { text: t("overview.step.connect"), isDone: hasConnection, href: "/connections/new" },
    { text: t("overview.step.import"), isDone: false, href: "/connections" },
  ];
  const next = steps.findIndex(({ isDone }) => !isDone);
  return (
    <section class="card">
      <h2>{t("overview.steps")}</h2>
      <ol class="first-steps">
        {steps.map(({ text, isDone, href }, index) => (
          <li key={href} class={isDone ? "done" : ""}>
            {isDone ? (
              <span>
                <Icon name="check" /> {text}
              </span>
            ) : (
              <a class={`button ${index === next ? "primary" : ""}`} href={href}>
                {text}
              </a>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
