import type { RegistryConnection } from "@tidewaiter/contract";
import { z } from "zod";

const keySchema = z.object({
  client_email: z.string(),
  private_key: z.string(),
  project_id: z.string().optional(),
  token_uri: z.string().optional(),
});
export type GoogleKey = z.output<typeof keySchema>;

/** A service account's key out of a password: JSON, base64 of it, or JSON whose line breaks were damaged on the way (reference, 4.4). */
export function readGoogleKey({ username, password }: RegistryConnection): GoogleKey | undefined {
  const text = password?.reveal().trim() ?? "";
  const isKey = username ? /^_json_key(_base64)?$/.test(username) : text.startsWith("{");
  if (text === "" || !isKey) return undefined;
  const json = text.startsWith("{") ? text : Buffer.from(text, "base64").toString("utf8");
  const key = parseKey(json) ?? parseKey(json.replace(/\r?\n/g, "\\n")) ?? parseKey(json.replace(/\r?\n/g, ""));
  return key && { ...key, private_key: key.private_key.replaceAll("\\n", "\n") };
}

function parseKey(text: string): GoogleKey | undefined {
  try {
    return keySchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
