import { BrokerError } from "@tidewaiter/runtime";
import { isDigest } from "./digest.ts";

/** A name of an image: where it is, and which one. */
export interface Reference {
  /** Host with optional port; undefined when the text names none. */
  readonly registry?: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

// Distribution specification, "Pulling manifests": <name> and <reference>.
const COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const REPOSITORY = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^\w[\w.-]{0,127}$/;
const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d{1,5})?$/i;
const MAX_LENGTH = 255;

export function isRepository(text: string): boolean {
  return text.length <= MAX_LENGTH && REPOSITORY.test(text);
}

export function isTag(text: string): boolean {
  return TAG.test(text);
}

/**
 * Reads `[registry/]repository[:tag][@digest]`. The first part is a registry when it has a dot or a port or is `localhost`.
 *
 * @throws {BrokerError} REFERENCE_INVALID, naming the part that breaks the grammar.
 */
export function parseReference(text: string): Reference {
  const [name = "", digest, ...extra] = text.trim().split("@");
  if (extra.length > 0 || (digest !== undefined && !isDigest(digest))) throw invalid(text, "the digest");
  const { registry, rest } = splitRegistry(name);
  const colon = rest.lastIndexOf(":");
  const [repository, tag] = colon < 0 ? [rest, undefined] : [rest.slice(0, colon), rest.slice(colon + 1)];
  if (!isRepository(repository)) throw invalid(text, badCharacter(repository) ?? "the repository");
  if (tag !== undefined && !isTag(tag)) throw invalid(text, "the tag");
  return { repository, ...(registry && { registry }), ...(tag && { tag }), ...(digest && { digest }) };
}

/** The text form; `latest` is not added. */
export function formatReference({ registry, repository, tag, digest }: Reference): string {
  return `${registry ? `${registry}/` : ""}${repository}${tag ? `:${tag}` : ""}${digest ? `@${digest}` : ""}`;
}

function splitRegistry(name: string): { registry?: string; rest: string } {
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  const isRegistry = HOST.test(first) && (/[.:]/.test(first) || first === "localhost");
  return isRegistry ? { registry: first.toLowerCase(), rest: name.slice(slash + 1) } : { rest: name };
}

function badCharacter(repository: string): string | undefined {
  const bad = repository.match(/[^a-z0-9._/-]/)?.[0];
  return bad && `the repository (character ${JSON.stringify(bad)})`;
}

function invalid(text: string, part: string): BrokerError {
  return new BrokerError(
    "REFERENCE_INVALID",
    `${JSON.stringify(text.slice(0, 200))} is no image reference: ${part} is not valid`,
  );
}
