import type { ComponentChildren, JSX } from "preact";
import { useMay } from "../../api/services.ts";
import type { Finding } from "../../api/types/index.ts";
import { Icon } from "../../parts/icons.tsx";
import { SeverityMark } from "../../parts/severity.tsx";
import { useText } from "../../text/language.ts";

/** All that is known of a finding. Advisory text comes from outside and is only ever shown as text. */
export function FindingDetail({ finding, connectionId }: { finding: Finding; connectionId: string }): JSX.Element {
  const { t, day } = useText();
  const mayAllow = useMay("admin");
  return (
    <div class="stack">
      {finding.summary && <p>{finding.summary}</p>}
      <dl class="facts">
        <Fact label={t("finding.severity")}>
          <SeverityMark severity={finding.severity} />
        </Fact>
        <Fact label={t("finding.source")}>{finding.severitySource}</Fact>
        {finding.cvss && (
          <Fact label={t("finding.cvss")}>
            {finding.cvss.score} <code class="sub">{finding.cvss.vector}</code>
          </Fact>
        )}
        {finding.epss && <Fact label={t("finding.epss")}>{epssText(t, finding.epss)}</Fact>}
        <Fact label={t("finding.package")}>
          <code>{finding.package.purl}</code>
        </Fact>
        <Fact label={t("finding.fixed")}>{finding.fixedVersion ?? t(`finding.state.${finding.state}`)}</Fact>
        {finding.publishedAt && <Fact label={t("finding.published")}>{day(finding.publishedAt)}</Fact>}
        {finding.aliases.length > 0 && <Fact label={t("finding.aliases")}>{finding.aliases.join(", ")}</Fact>}
        {finding.allowed && <Fact label={t("finding.allowed")}>{finding.allowed.reason || t("common.yes")}</Fact>}
      </dl>
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

function epssText(t: ReturnType<typeof useText>["t"], { score, percentile }: NonNullable<Finding["epss"]>): string {
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

function Fact({ label, children }: { label: string; children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
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
