import { BrokerError, parseInput } from "@tidewaiter/runtime";
import { z } from "zod";
import { VEX_STATUSES, type VexStatement } from "./vex-statement.ts";

const component = z.object({
  "@id": z.string().optional(),
  identifiers: z.object({ purl: z.string().optional() }).optional(),
});
const statement = z.object({
  vulnerability: z.union([
    z.string(),
    z.object({ "@id": z.string().optional(), name: z.string().optional(), aliases: z.array(z.string()).optional() }),
  ]),
  timestamp: z.string().optional(),
  products: z.array(component.extend({ subcomponents: z.array(component).optional() })).default([]),
  status: z.enum(VEX_STATUSES),
  justification: z.string().optional(),
  impact_statement: z.string().optional(),
});
const openVexSchema = z.object({
  "@context": z.string().startsWith("https://openvex.dev/ns"),
  author: z.string().optional(),
  timestamp: z.string(),
  statements: z.array(statement).max(100_000),
});

/** Statements of an OpenVEX document (OpenVEX 0.2.0), or undefined when it is none. */
export function readOpenVex(document: unknown): VexStatement[] | undefined {
  const context = z.object({ "@context": z.string() }).safeParse(document);
  if (!context.success || !context.data["@context"].startsWith("https://openvex.dev/ns")) return undefined;
  const { statements, timestamp, author } = parseInput(openVexSchema, document, "OpenVEX document");
  return statements.map((entry, index) => readStatement(entry, index, timestamp, author));
}

function readStatement(
  entry: z.output<typeof statement>,
  index: number,
  timestamp: string,
  author: string | undefined,
): VexStatement {
  const justification = entry.justification ?? entry.impact_statement;
  if (entry.status === "not_affected" && !justification) {
    throw new BrokerError("INPUT_INVALID", `OpenVEX document: statements.${index}: not_affected needs a justification`);
  }
  return {
    ids: idsOf(entry.vulnerability),
    status: entry.status,
    justification,
    products: entry.products.flatMap((product) => purlOf(product) ?? []),
    packages: entry.products.flatMap(({ subcomponents = [] }) => subcomponents.flatMap((inner) => purlOf(inner) ?? [])),
    at: entry.timestamp ?? timestamp,
    author,
  };
}

function idsOf(vulnerability: z.output<typeof statement>["vulnerability"]): string[] {
  if (typeof vulnerability === "string") return [lastPart(vulnerability)];
  const { "@id": iri, name, aliases = [] } = vulnerability;
  return [...new Set([...(name ? [name] : []), ...(iri ? [lastPart(iri)] : []), ...aliases])];
}

/** An IRI such as https://nvd.nist.gov/vuln/detail/CVE-2020-1 ends in the id. */
function lastPart(iri: string): string {
  return iri.split("/").at(-1) ?? iri;
}

function purlOf({ "@id": iri, identifiers }: z.output<typeof component>): string | undefined {
  return identifiers?.purl ?? (iri?.startsWith("pkg:") ? iri : undefined);
}
