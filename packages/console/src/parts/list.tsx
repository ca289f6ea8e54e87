import type { ComponentChildren, JSX } from "preact";
import type { Problem } from "../api/types/index.ts";
import type { Pages } from "../api/use-pages.ts";
import type { Resource } from "../api/use-resource.ts";
import { Loading } from "./empty.tsx";
import { MoreButton } from "./more-button.tsx";
import { ProblemNote } from "./problem-note.tsx";

interface Source<T> {
  readonly items: readonly T[] | undefined;
  readonly problem: Problem | undefined;
  reload(): void;
}

interface ListProps<T> {
  readonly source: Source<T> | Pages<T>;
  /** Stands where the list would be when there is nothing in it. */
  readonly empty?: ComponentChildren;
  children(items: readonly T[]): ComponentChildren;
}

/** A list in each of its states: being read, failed, empty, there, and with more to come. */
export function List<T>({ source, empty, children }: ListProps<T>): JSX.Element {
  const { items, problem, reload } = source;
  return (
    <>
      <ProblemNote problem={problem} retry={reload} />
      {!items && !problem && <Loading />}
      {items?.length === 0 && empty}
      {items && items.length > 0 && children(items)}
      {"more" in source && <MoreButton pages={source} />}
    </>
  );
}

/** A list that comes whole, as a source. */
export function listOfAll<T>({ data, problem, reload }: Resource<{ readonly items: readonly T[] }>): Source<T> {
  return { items: data?.items, problem, reload };
}
