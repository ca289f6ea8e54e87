import type { UpdateProgress } from "@tidewaiter/advisories";
import { printableLine } from "@tidewaiter/runtime";
import { Presets, SingleBar } from "cli-progress";

/** A bar on a terminal, one line for each step elsewhere. */
export interface DbProgress {
  update(progress: UpdateProgress): void;
  end(): void;
}

export function createDbProgress(stream: NodeJS.WriteStream): DbProgress {
  return stream.isTTY ? bar(stream) : lines(stream);
}

function bar(stream: NodeJS.WriteStream): DbProgress {
  const single = new SingleBar(
    { stream, format: "{step}  {bar}  {amount}", hideCursor: true, clearOnComplete: true },
    Presets.rect,
  );
  let isStarted = false;
  return {
    update({ step, unit, done, total }) {
      const payload = { step: printableLine(step), amount: formatAmount(unit, done, total) };
      if (!isStarted) single.start(total ?? Math.max(done, 1), done, payload);
      isStarted = true;
      single.setTotal(total ?? Math.max(done, 1));
      single.update(done, payload);
    },
    end() {
      if (isStarted) single.stop();
      isStarted = false;
    },
  };
}

function lines(stream: NodeJS.WriteStream): DbProgress {
  let last = "";
  return {
    update({ step }) {
      if (step !== last) stream.write(`${printableLine(step)}\n`);
      last = step;
    },
    end: () => {},
  };
}

function formatAmount(unit: UpdateProgress["unit"], done: number, total: number | undefined): string {
  if (unit === "records") return `${done} records`;
  const all = total === undefined ? "" : ` of ${(total / 1e6).toFixed(1)}`;
  return `${(done / 1e6).toFixed(1)}${all} MB`;
}
