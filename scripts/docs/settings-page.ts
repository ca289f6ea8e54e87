import { code, heading, table } from "./markdown.ts";
import { PROCESSES, type ProcessSettings } from "./processes.ts";

const INTRODUCTION = `Every variable may come from a file instead: \`NAME_FILE=/run/secrets/name\` is read as the value of \`NAME\`. Setting both
is an error, and so is an unreadable file. An empty variable counts as unset. At start every fault is reported at once, by
name and without values, and the process ends with exit code 78. Vendor names are kept; ours start with \`TIDEWAITER_\`.

Node's own variables work as usual: \`NODE_EXTRA_CA_CERTS\`, \`NODE_OPTIONS=--max-old-space-size=\`, \`DEBUG=tidewaiter:*\`.`;

/** `docs/reference/settings.md`: one table for each process. */
export function settingsPage(): string {
  return `${[heading("Settings", "the settings schemas"), INTRODUCTION, ...PROCESSES.map(section)].join("\n")}\n`;
}

function section({ title, image, rows }: ProcessSettings): string {
  const lines = rows.map(({ name, description, isRequired, isSecret, defaultValue }) => [
    code(name),
    isRequired ? "required" : code(defaultValue ?? ""),
    `${description}${isSecret ? " (secret)" : ""}`,
  ]);
  return `\n## ${title} (\`${image}\`)\n\n${table(["variable", "default", "meaning"], lines)}`;
}
