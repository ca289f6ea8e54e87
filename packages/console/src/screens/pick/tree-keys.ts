const BOXES = "input[type=checkbox]:not(:disabled)";

/**
 * Arrow keys in the tree of repositories and tags: up and down walk over the boxes, Home and End go to the outermost,
 * right opens a repository or steps into it, left closes it or leads back to it. Everything else is left alone.
 */
export function walkTree(event: KeyboardEvent): void {
  const box = event.target;
  const tree = event.currentTarget;
  if (!(box instanceof HTMLElement && tree instanceof HTMLElement) || !box.matches(BOXES)) return;
  const next = targetOf(event.key, box, [...tree.querySelectorAll<HTMLElement>(BOXES)]);
  if (next === undefined) return;
  event.preventDefault();
  if (next.matches(BOXES)) next.focus();
  else next.click();
}

/** The box to go to, or the button to press. */
function targetOf(key: string, box: HTMLElement, boxes: readonly HTMLElement[]): HTMLElement | undefined {
  const place = boxes.indexOf(box);
  const row = box.closest(".tree > li");
  const opener = row?.querySelector<HTMLElement>("button[aria-expanded]") ?? undefined;
  const own = row?.querySelector<HTMLElement>(BOXES) ?? undefined;
  const isOpen = opener?.getAttribute("aria-expanded") === "true";
  switch (key) {
    case "ArrowDown":
      return boxes[place + 1];
    case "ArrowUp":
      return boxes[place - 1];
    case "Home":
      return boxes[0];
    case "End":
      return boxes.at(-1);
    case "ArrowRight":
      if (box !== own) return undefined;
      return isOpen ? boxes[place + 1] : opener;
    case "ArrowLeft":
      if (box !== own) return own;
      return isOpen ? opener : undefined;
    default:
      return undefined;
  }
}
