import type { AnalysisProgress } from "@tidewaiter/image";

/** Shows how far a scan is, on standard error. */
export interface ScanProgressView {
  update(progress: AnalysisProgress): void;
  end(): void;
}

const MB = 1_000_000;
const LINE_EVERY_MS = 2_000;

/** A bar on a terminal; in a pipe a line every two seconds, so that a log stays short. */
export async function createScanProgress(
  stream: NodeJS.WriteStream,
  now: () => number = Date.now,
): Promise<ScanProgressView> {
  return stream.isTTY ? terminalBar(stream) : plainLines(stream, now);
}

async function terminalBar(stream: NodeJS.WriteStream): Promise<ScanProgressView> {
  const { default: progress } = await import("cli-progress");
  const format = "scanning {bar} {percentage}%  {megabytes} MB  layers {layers}";
  const bar = new progress.SingleBar({ format, stream, hideCursor: true, clearOnComplete: true, barsize: 30 });
  let isStarted = false;
  return {
    update: (state) => {
      const payload = { megabytes: megabytes(state), layers: `${state.layersDone}/${state.layersTotal}` };
      if (isStarted) bar.update(state.bytesDone, payload);
      else bar.start(Math.max(1, state.bytesTotal), state.bytesDone, payload);
      isStarted = true;
    },
    end: () => bar.stop(),
  };
}

function plainLines(stream: NodeJS.WritableStream, now: () => number): ScanProgressView {
  let toldAt = now();
  return {
    update: (state) => {
      if (now() - toldAt < LINE_EVERY_MS) return;
      toldAt = now();
      stream.write(`scanning  ${megabytes(state)} MB  layers ${state.layersDone}/${state.layersTotal}\n`);
    },
    end: () => {},
  };
}

function megabytes({ bytesDone, bytesTotal }: AnalysisProgress): string {
  return `${(bytesDone / MB).toFixed(1)}/${(bytesTotal / MB).toFixed(1)}`;
}
