import type { JSX } from "preact";
import { useMay } from "../../api/services.ts";
import type { Finding } from "../../api/types/index.ts";
import { type Fact, Facts } from "../../parts/facts.tsx";
import { Icon } from "../../parts/icons.tsx";
import { SeverityMark } from "../../parts/severity.tsx";
import { type TextTools, useText } from "../../text/language.ts";

/** All that is known of a finding. Advisory text comes from outside and is only ever shown as text. */
export function FindingDetail({ finding, connectionId }: { finding: Finding; connectionId: string }): JSX.Element {
  const text = useText();
  const { t } = text;
  const mayAllow = useMay("admin");
  return (
    <div class="stack">
      {finding.summary && <p>{finding.summary}</p>}
      <Facts facts={factsOf(finding, text)} />
      <List label={t("finding.found")} items={finding.locations.map((path) => <code key={path}>{path}</code>)} />
      <List label={t("finding.references")} items={finding.references.filter(isWebAddress).map(Reference)} />
      {mayAllow && !finding.allowed && (
        <footer>
          <a class="button" href={allowUrl(finding, connectionId)}>
            {t("finding.allow")}
          </a>
        </footer>
      )}
    </div>
  );
}

function allowUrl({ id, package: { name } }: Finding, connectionId: string): string {
  return `/allow-lists?${new URLSearchParams({ add: id, package: name, connection: connectionId })}`;
}

function epssText(t: TextTools["t"], { score, percentile }: NonNullable<Finding["epss"]>): string {
  return t("finding.epss.value", { score: (score * 100).toFixed(1), percentile: (percentile * 100).toFixed(0) });
}

/** An address out of an advisory becomes a link only when it leads to the web. */
function isWebAddress(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === "https:" || protocol === "http:";
}

function Reference(url: string): JSX.Element {
  return (
    <a key={url} href={url} target="_blank" rel="noreferrer noopener">
      {url} <Icon name="external" class="inline" />
    </a>
  );
}

function factsOf(finding: Finding, { t, day }: TextTools): readonly (Fact | false | undefined)[] {
  return [
    [t("finding.severity"), <SeverityMark key="severity" severity={finding.severity} />],
    [t("finding.source"), finding.severitySource],
    finding.cvss && [t("finding.cvss"), <Cvss key="cvss" {...finding.cvss} />],
    finding.epss && [t("finding.epss"), epssText(t, finding.epss)],
    [t("finding.package"), <code key="purl">{finding.package.purl}</code>],
    [t("finding.fixed"), finding.fixedVersion ?? t(`finding.state.${finding.state}`)],
    finding.publishedAt !== undefined && [t("finding.published"), day(finding.publishedAt)],
    finding.aliases.length > 0 && [t("finding.aliases"), finding.aliases.join(", ")],
    finding.allowed !== null && [t("finding.allowed"), finding.allowed.reason || t("common.yes")],
  ];
}

function Cvss({ score, vector }: NonNullable<Finding["cvss"]>): JSX.Element {
  return (
    <>
      {score} <code class="sub">{vector}</code>
    </>
  );
}

function List({ label, items }: { label: string; items: readonly JSX.Element[] }): JSX.Element | null {
  if (items.length === 0) return null;
  return (
    <section>
      <h3>{label}</h3>
      <ul class="plain-list">
        {items.map((item) => (
          <li key={item.key}>{item}</li>
        ))}
      </ul>
    </section>
  );
}
