import { PROCESSES, type ProcessSettings } from "./processes.ts";

const INTRODUCTION = `# Generated from the settings schemas by "node scripts/run.js docs"; change it there.
# Uncomment what you need. Each variable also works as NAME_FILE with the path of a file that holds the value;
# use that for the secret ones. What is not commented out here is required.
`;

/** `.env.example`: every variable of the three processes, with its default. */
export function envExample(): string {
  return `${[INTRODUCTION, ...PROCESSES.map(section)].join("\n")}`;
}

function section({ title, image, rows }: ProcessSettings): string {
  const lines = rows.map(({ name, description, isRequired, isSecret, defaultValue }) => {
    const remark = `# ${description}${isSecret ? " (secret)" : ""}`;
    const isWord = defaultValue !== undefined && !defaultValue.includes(" ");
    return `${remark}\n${isRequired ? "" : "# "}${name}=${isWord ? defaultValue : ""}\n`;
  });
  return `# ---- ${title}: ${image} ----\n\n${lines.join("\n")}`;
}
