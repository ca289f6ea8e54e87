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
  const { t, heard } = useText();
  if (!problem) return null;
  return (
    <div class="note problem" role="alert">
      <Icon name="warn" />
      <div>
        <p class="note-title">
          <code>{problem.code}</code> <ProblemWords problem={problem} />
        </p>
        <dl class="reasons">
          <Reason label={t("problem.likely")} text={problem.likely && heard(problem.likely)} />
          <Reason label={t("problem.action")} text={problem.action && heard(problem.action)} />
          <Reason label={t("problem.request")} text={problem.requestId} />
        </dl>
        {problem.details && problem.details.length > 0 && (
          <ul>
            {problem.details.map(({ path, reason }) => (
              <li key={path}>
                <code>{path}</code> {heard(reason)}
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

/** What happened, in the reader's language, and the server's own sentence where that says more. */
export function ProblemWords({ problem }: { problem: Pick<Problem, "code" | "message" | "details"> }): JSX.Element {
  const { title, original } = useText().heardProblem(problem);
  return (
    <>
      {title}
      {original !== undefined && (
        <span class="sub" lang="en">
          {original}
        </span>
      )}
    </>
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
