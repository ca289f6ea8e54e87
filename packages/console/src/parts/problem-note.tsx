import type { JSX } from "preact";
import type { Problem } from "../api/types/index.ts";
import { useText } from "../text/language.ts";
import { Icon } from "./icons.tsx";

/** An error as the API says it: what, likely why, what to do, and a code. */
export function ProblemNote({
  problem,
  retry,
}: {
  problem: Problem | undefined;
  retry?: () => void;
}): JSX.Element | null {
  const { t } = useText();
  if (!problem) return null;
  return (
    <div class="note problem" role="alert">
      <Icon name="warn" />
      <div>
        <p class="note-title">
          <code>{problem.code}</code> {problem.message}
        </p>
        <dl class="reasons">
          <Reason label={t("problem.likely")} text={problem.likely} />
          <Reason label={t("problem.action")} text={problem.action} />
          <Reason label={t("problem.request")} text={problem.requestId} />
        </dl>
        {problem.details && problem.details.length > 0 && (
          <ul>
            {problem.details.map(({ path, reason }) => (
              <li key={path}>
                <code>{path}</code> {reason}
              </li>
            ))}
          </ul>
        )}
        {retry && (
          <button type="button" class="button" onClick={retry}>
            {t("problem.retry")}
          </button>
        )}
      </div>
    </div>
  );
}

function Reason({ label, text }: { label: string; text: string | undefined }): JSX.Element | null {
  if (!text) return null;
  return (
    <div>
      <dt>{label}</dt>
      <dd>{text}</dd>
    </div>
  );
}
