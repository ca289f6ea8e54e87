import type { JSX } from "preact";
import { apiUrl } from "../api/client.ts";

export type FileFormat = "csv" | "json" | "sarif" | "cyclonedx" | "spdx";

const NAMES: Record<FileFormat, string> = {
  csv: "CSV",
  json: "JSON",
  sarif: "SARIF",
  cyclonedx: "CycloneDX",
  spdx: "SPDX",
};

interface DownloadsProps {
  /** Of the export, below `/api/v1`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly formats: readonly FileFormat[];
  /** What is downloaded, for screen readers, where several lists stand on a page. */
  readonly of?: string;
  readonly class?: string;
}

/** The same thing as a file in each of its formats. */
export function Downloads({ path, query, formats, of, class: className = "" }: DownloadsProps): JSX.Element {
  return (
    <>
      {formats.map((format) => (
        <a key={format} class={`button ${className}`} download href={apiUrl(path, { ...query, format })}>
          {NAMES[format]}
          {of && <span class="visually-hidden"> {of}</span>}
        </a>
      ))}
    </>
  );
}
