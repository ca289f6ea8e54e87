import { once } from "node:events";
import type { Response } from "express";

/**
 * Answers with a JSON object whose last member is an array that is written as its pages come. The first page is awaited
 * before the status, so that a failure of the registry still gets its own answer; a later one cuts the connection.
 */
export async function streamList(
  res: Response,
  head: Readonly<Record<string, string>>,
  member: string,
  pages: AsyncIterable<readonly unknown[]>,
): Promise<void> {
  const iterator = pages[Symbol.asyncIterator]();
  let page = await iterator.next();
  res.status(200).type("json");
  const opening = Object.entries(head).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)},`);
  res.write(`{${opening.join("")}${JSON.stringify(member)}:[`);
  for (let isFirst = true; !page.done; page = await iterator.next()) {
    const text = page.value.map((item) => JSON.stringify(item)).join(",");
    if (text === "") continue;
    const hasRoom = res.write(isFirst ? text : `,${text}`);
    isFirst = false;
    if (!hasRoom && !res.closed) await Promise.race([once(res, "drain"), once(res, "close")]);
  }
  res.end("]}");
}
