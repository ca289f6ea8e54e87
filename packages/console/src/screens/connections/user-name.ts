import type { Issued } from "../../api/types/index.ts";

const PLACE = "<cr_username>";

/** The commands with the user name in its place. That happens here: the server is not told the name. */
export function withUserName(commands: Issued["commands"], userName: string): Issued["commands"] {
  if (userName === "") return commands;
  // Inside single quotes a shell takes everything as it is but the quote itself.
  const quoted = userName.replaceAll("'", "'\\''");
  // Compose fills in what follows a dollar sign unless it is doubled.
  const text = JSON.stringify(userName.replaceAll("$", "$$$$"));
  return {
    ...commands,
    client: commands.client.replaceAll(PLACE, () => quoted),
    compose: commands.compose.replaceAll(JSON.stringify(PLACE), () => text),
  };
}
