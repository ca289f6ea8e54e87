import type { ImageFacts } from "@tidewaiter/inventory";
import { formatPlatform } from "@tidewaiter/oci";
import { createRedactor } from "@tidewaiter/runtime";
import { asArray, asObject, asText, entriesOf, type Json } from "./detectors/json.ts";
import type { ImageSource } from "./image-source.ts";

export interface ImageConfig {
  /** Digests of the unpacked layers, bottom first; empty where the config lacks them. */
  readonly diffIds: readonly string[];
  /** The history line of each layer that is not empty, bottom first. */
  readonly createdBy: readonly (string | undefined)[];
  readonly facts: ImageFacts;
}

const LINE = 8_192;
const REDACTOR = createRedactor();

/** Reads an image config (OCI image specification, config). What is missing or of another type is left out. */
export function readImageConfig(source: ImageSource): ImageConfig {
  const json = asObject(parse(source.config)) ?? {};
  const inner = asObject(json.config) ?? {};
  const history = readHistory(json.history);
  const diffIds = asArray(asObject(json.rootfs)?.diff_ids).filter((id) => typeof id === "string");
  const { manifest } = source;
  return {
    diffIds,
    createdBy: history.filter(({ isEmpty }) => !isEmpty).map(({ createdBy }) => createdBy),
    facts: {
      digest: source.digest,
      configDigest: manifest.config.digest,
      platform: formatPlatform(source.platform).slice(0, 64),
      mediaType: manifest.mediaType.slice(0, 256),
      sizeBytes: manifest.layers.reduce((sum, { size }) => sum + size, manifest.config.size),
      ...optional("createdAt", asText(json.created)?.slice(0, 64)),
      ...optional("labels", readPairs(inner.Labels)),
      ...optional("annotations", readPairs(manifest.annotations)),
      ...optional("baseImage", readBase({ ...readPairs(inner.Labels), ...readPairs(manifest.annotations) })),
      ...optional("user", asText(inner.User)?.slice(0, 256)),
      ...optional("entrypoint", readLines(inner.Entrypoint)),
      ...optional("command", readLines(inner.Cmd)),
      ...optional("exposedPorts", readKeys(inner.ExposedPorts, 64)),
      ...optional("environment", readLines(inner.Env)?.map(withoutSecret)),
      ...optional("volumes", readKeys(inner.Volumes, 4096)),
      ...optional("workingFolder", asText(inner.WorkingDir)?.slice(0, 4096)),
      ...optional("stopSignal", asText(inner.StopSignal)?.slice(0, 64)),
      ...(history.length > 0 && { history }),
    },
  };
}

function parse(config: Uint8Array): Json {
  try {
    return JSON.parse(new TextDecoder().decode(config));
  } catch {
    return undefined;
  }
}

/** Builders write the hint as annotations, and where those are lost as labels of the same names. */
function readBase(marks: Readonly<Record<string, string>>): ImageFacts["baseImage"] {
  const name = marks["org.opencontainers.image.base.name"]?.slice(0, 1024);
  const digest = marks["org.opencontainers.image.base.digest"]?.slice(0, 256);
  return name || digest ? { ...(name && { name }), ...(digest && { digest }) } : undefined;
}

function readHistory(value: Json): NonNullable<ImageFacts["history"]> {
  return asArray(value)
    .slice(0, 1_000)
    .map((entry) => {
      const line = asObject(entry) ?? {};
      return {
        createdBy: (asText(line.created_by) ?? asText(line.comment) ?? "").slice(0, LINE),
        ...optional("createdAt", asText(line.created)?.slice(0, 64)),
        ...optional("author", asText(line.author)?.slice(0, 256)),
        ...optional("comment", asText(line.comment)?.slice(0, 1024)),
        isEmpty: line.empty_layer === true,
      };
    });
}

function readPairs(value: Json): Record<string, string> | undefined {
  const pairs = entriesOf(value)
    .filter((pair): pair is [string, string] => typeof pair[1] === "string" && pair[0].length <= 512)
    .slice(0, 500)
    .map(([key, text]) => [key, text.slice(0, LINE)]);
  return pairs.length > 0 ? Object.fromEntries(pairs) : undefined;
}

function readLines(value: Json): string[] | undefined {
  const lines = asArray(value).filter((line) => typeof line === "string");
  return lines.length > 0 ? lines.slice(0, 500).map((line) => line.slice(0, 4096)) : undefined;
}

/** Sets are written as objects with empty values. */
function readKeys(value: Json, maxLength: number): string[] | undefined {
  const keys = entriesOf(value).map(([key]) => key.slice(0, maxLength));
  return keys.length > 0 ? keys.slice(0, 500) : undefined;
}

/** People bake passwords into images; they belong in no report. */
function withoutSecret(line: string): string {
  const at = line.indexOf("=");
  if (at < 0) return line;
  const name = line.slice(0, at);
  const fields = asObject(REDACTOR.fields({ [name]: line.slice(at + 1) }) as Json);
  return `${name}=${asText(fields?.[name]) ?? ""}`.slice(0, 4096);
}

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}
