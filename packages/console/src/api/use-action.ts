import { useState } from "preact/hooks";
import { toProblem } from "./client.ts";
import type { Problem } from "./types/index.ts";

export interface Action<A extends readonly unknown[]> {
  run(...args: A): Promise<void>;
  readonly isRunning: boolean;
  readonly problem: Problem | undefined;
  clear(): void;
}

/** A write that a control starts: one at a time, and its failure is there to be shown. */
export function useAction<A extends readonly unknown[]>(work: (...args: A) => Promise<unknown>): Action<A> {
  const [isRunning, setIsRunning] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const run = async (...args: A): Promise<void> => {
    if (isRunning) return;
    setIsRunning(true);
    setProblem(undefined);
    try {
      await work(...args);
    } catch (error) {
      setProblem(toProblem(error));
    } finally {
      setIsRunning(false);
    }
  };
  return { run, isRunning, problem, clear: () => setProblem(undefined) };
}
