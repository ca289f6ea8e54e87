import { isDigest, isRepository, isTag } from "@tidewaiter/oci";
import { BrokerError } from "@tidewaiter/runtime";
import type { Request } from "express";

export interface ImageName {
  readonly repository: string;
  readonly reference: string;
}

/** The repository in the rest of a path (`/list/*`). @throws {BrokerError} REFERENCE_INVALID */
export function repositoryInPath(req: Request): string {
  return checkRepository(pathRest(req));
}

/**
 * The image that a request names. Callers write it in different ways: the repository in the path or as `repository`,
 * `repo` or `image`; the rest as `reference`, `tag` or `digest`, or after the name as in `repo:tag` and `repo@digest`.
 *
 * @throws {BrokerError} REFERENCE_INVALID
 */
export function imageInRequest(req: Request): ImageName {
  const query = (name: string): string | undefined => {
    const value = req.query[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const name = pathRest(req) || query("repository") || query("repo") || query("image") || "";
  const asked = query("reference") ?? query("digest") ?? query("tag");
  const [repository, inName] = splitName(name);
  const reference = asked ?? inName ?? "latest";
  if (isTag(reference) || isDigest(reference)) return { repository: checkRepository(repository), reference };
  throw new BrokerError("REFERENCE_INVALID", "reference: neither a tag nor a digest");
}

function splitName(name: string): [string, string | undefined] {
  const at = name.indexOf("@");
  if (at >= 0) return [name.slice(0, at), name.slice(at + 1)];
  const colon = name.lastIndexOf(":");
  return colon < 0 ? [name, undefined] : [name.slice(0, colon), name.slice(colon + 1)];
}

/** Express gives a wildcard as its segments. */
function pathRest(req: Request): string {
  const rest: unknown = req.params.rest;
  return Array.isArray(rest) ? rest.join("/") : typeof rest === "string" ? rest : "";
}

function checkRepository(text: string): string {
  if (isRepository(text)) return text;
  throw new BrokerError("REFERENCE_INVALID", "repository: breaks the grammar of names");
}
