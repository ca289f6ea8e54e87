import { KEY } from "./launch.ts";

/** The live events of a server, as the owner sees them. */
export async function openStream(url: string, lastId?: string) {
  const controller = new AbortController();
  const answer = await fetch(`${url}/api/v1/events`, {
    signal: controller.signal,
    headers: { authorization: `Bearer ${KEY}`, ...(lastId && { "last-event-id": lastId }) },
  });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    async until(isThere: (text: string) => boolean): Promise<string> {
      while (!isThere(text)) text += (await reader?.read())?.value ?? "";
      return text;
    },
    close: () => controller.abort(),
  };
}
