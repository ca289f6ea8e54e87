import { ERROR_CODES, type ErrorCode, errorKind } from "@tidewaiter/runtime";
import { heading } from "./markdown.ts";

const INTRODUCTION = `An error says what happened, why that is likely, and what to do. Callers branch on the code, which never changes its
meaning. Routes of the vendor's protocol answer \`{code, message}\`, all others \`{error: {code, message, likely, action,
requestId}}\`. "Passing" means that the same call may succeed later without anybody mending anything.`;

/** `docs/reference/errors.md`: one section for each code, so that each has an address of its own. */
export function errorsPage(): string {
  const codes = Object.keys(ERROR_CODES) as ErrorCode[];
  return `${[heading("Errors", "the error table"), INTRODUCTION, ...codes.map(section)].join("\n")}\n`;
}

function section(code: ErrorCode): string {
  const { status, retryable, exit = 1, likely, action } = errorKind(code);
  const facts = `HTTP ${status} · exit code ${exit} · ${retryable ? "passing" : "stays until mended"}`;
  return `\n## ${code}\n\n${facts}\n\n- Likely: ${likely}.\n- Do: ${action}.`;
}
