/** The texts of a Markdown page's shell blocks, in order. */
export function shellBlocks(page: string): string[] {
  return [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = ""]) => text);
}
