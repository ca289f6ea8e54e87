import { printableLine } from "@tidewaiter/runtime";
import { Presets, SingleBar } from "cli-progress";
import { nameOf } from "./run-import.ts";
import type { ImportState, ScanRow } from "./server-api.ts";

/** A bar on a terminal, one line for each image elsewhere. */
export interface Progress {
  update(state: ImportState, ended: readonly ScanRow[]): void;
  end(): void;
}

export function createProgress(stream: NodeJS.WriteStream, total: number): Progress {
  return stream.isTTY ? bar(stream, total) : lines(stream);
}

function bar(stream: NodeJS.WriteStream, total: number): Progress {
  const single = new SingleBar(
    {
      stream,
      format: `importing ${total} images  {bar}  {value}/{total}  {megabytes} MB`,
      hideCursor: true,
      clearOnComplete: false,
    },
    Presets.rect,
  );
  single.start(total, 0, { megabytes: "0.0" });
  return {
    update: ({ done, bytesDone }) => single.update(done, { megabytes: (bytesDone / 1e6).toFixed(1) }),
    end: () => single.stop(),
  };
}

function lines(stream: NodeJS.WriteStream): Progress {
  return {
    update: (state, ended) => {
      for (const row of ended) stream.write(`${formatEnded(row, state)}\n`);
    },
    end: () => {},
  };
}

function formatEnded(row: ScanRow, { done, total }: ImportState): string {
  const outcome = row.error
    ? `${row.error.code} ${printableLine(row.error.message)}`
    : `${row.seconds?.toFixed(1) ?? "?"} s`;
  return `  ${printableLine(nameOf(row))}  ${row.state}  ${outcome}  (${done}/${total})`;
}
