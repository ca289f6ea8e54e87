import { baseNameOf, folderOf } from "../layer/paths.ts";
import { type Detection, type Detector, type FoundPackage, MB, NOTHING } from "./detector.ts";
import { asObject, asText, parseJson } from "./json.ts";

const HEAD_BYTES = MB;
const NAMESPACE = "model";

/** Weights of a language model for llama.cpp and its kin, named by the metadata at the file's start (ggml, docs/gguf.md). */
export const gguf: Detector = {
  id: "gguf",
  wants: { suffixes: [".gguf"], headBytes: HEAD_BYTES, maxBytes: HEAD_BYTES },
  parse({ path, bytes }): Detection {
    if (bytes.length < 24 || bytes.toString("latin1", 0, 4) !== "GGUF") throw new RangeError("no GGUF model");
    const texts = readGgufTexts(bytes);
    const name =
      texts.get("general.basename") ?? texts.get("general.name") ?? baseNameOf(path).slice(0, -".gguf".length);
    const size = texts.get("general.size_label");
    const license = texts.get("general.license");
    const found: FoundPackage = {
      type: "generic",
      namespace: NAMESPACE,
      name: (size && texts.has("general.basename") ? `${name}-${size}` : name).slice(0, 256),
      version: (texts.get("general.version") ?? "").slice(0, 128),
      ...(license && { licenses: [license.slice(0, 512)] }),
    };
    return { packages: [found], problems: [] };
  },
};

/** Bytes of a metadata value by its type number; 8 is a text and 9 a list. */
const VALUE_BYTES: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};
const [TEXT, LIST] = [8, 9];
const MAX_KEYS = 10_000;

/** The text values before the first list: what names a model stands there, and lists of words are long. */
function readGgufTexts(bytes: Buffer): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const count = Math.min(Number(bytes.readBigUInt64LE(16)), MAX_KEYS);
  let at = 24;
  const readText = (): string | undefined => {
    const length = at + 8 <= bytes.length ? Number(bytes.readBigUInt64LE(at)) : Number.NaN;
    if (!(at + 8 + length <= bytes.length)) return undefined;
    at += 8 + length;
    return bytes.toString("utf8", at - length, at);
  };
  for (let index = 0; index < count; index += 1) {
    const key = readText();
    if (key === undefined || at + 4 > bytes.length) break;
    const type = bytes.readUInt32LE(at);
    at += 4;
    if (type === TEXT) texts.set(key, readText() ?? "");
    else if (type === LIST || VALUE_BYTES[type] === undefined) break;
    else at += VALUE_BYTES[type];
  }
  return new Map([...texts].filter(([, value]) => value.trim() !== ""));
}

/** Folders of the Hugging Face cache: `models--owner--name/snapshots/revision` (huggingface_hub, cache guide). */
const HUB_FOLDER = /(?:^|\/)models--([^/]+?)--([^/]+)\/snapshots\/([^/]+)(?:\/|$)/;

/**
 * Weights in safetensors files: a length, then a JSON header whose `__metadata__` may name the model (modelspec).
 * Where nothing does, the folder's name stands for it, so the parts of a model that is split up are one.
 */
export const safetensors: Detector = {
  id: "safetensors",
  wants: { suffixes: [".safetensors"], headBytes: HEAD_BYTES, maxBytes: HEAD_BYTES },
  parse({ path, bytes }): Detection {
    if (bytes.length < 10 || bytes[8] !== 0x7b) throw new RangeError("no safetensors header");
    const [, owner, model, revision] = path.match(HUB_FOLDER) ?? [];
    if (owner && model && revision) {
      const namespace = `huggingface.co/${owner}`;
      return { packages: [{ type: "generic", namespace, name: model, version: revision }], problems: [] };
    }
    const name = titleOf(bytes) ?? baseNameOf(folderOf(path));
    return name ? { packages: [{ type: "generic", namespace: NAMESPACE, name, version: "" }], problems: [] } : NOTHING;
  },
};

/** Headers of large models are longer than what is read of them; those go without their title. */
function titleOf(bytes: Buffer): string | undefined {
  const length = Number(bytes.readBigUInt64LE(0));
  if (8 + length > bytes.length) return undefined;
  const metadata = asObject(asObject(parseJson(bytes.subarray(8, 8 + length)))?.__metadata__);
  return asText(metadata?.["modelspec.title"])?.slice(0, 256);
}
