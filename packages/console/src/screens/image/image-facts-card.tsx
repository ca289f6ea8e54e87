import type { JSX } from "preact";
import type { Image, Project } from "../../api/types/index.ts";
import { type Fact, Facts } from "../../parts/facts.tsx";
import { Time } from "../../parts/time.tsx";
import { shortDigest } from "../../text/format.ts";
import { useText } from "../../text/language.ts";
import { Signature } from "../images/image-table.tsx";

export function ImageFactsCard({ image, project }: { image: Image; project: Project }): JSX.Element {
  const { t, bytes } = useText();
  const { operatingSystem } = image;
  const isPresent = image.id === project.imageId;
  const facts: readonly (Fact | false)[] = [
    [
      t("image.digest"),
      <code key="digest" title={image.digest}>
        {shortDigest(image.digest)}
      </code>,
    ],
    [t("image.tags"), image.tags.map(({ reference }) => reference).join(", ") || "–"],
    [t("image.system"), operatingSystem?.prettyName ?? operatingSystem?.id ?? t("common.unknown")],
    [t("image.platform"), image.platform],
    [t("image.size"), bytes(image.sizeBytes)],
    isPresent && [t("images.signature"), <Signature key="signature" isSigned={project.isSigned} />],
    [t("image.matched"), <Time key="matched" at={image.matchedAt} age />],
  ];
  return (
    <section class="card" aria-label={t("image.facts")}>
      <Facts facts={facts} />
      {image.coverage.rows.length > 0 && image.coverage.overall !== "full" && <CoverageRows image={image} />}
      <Configuration image={image} />
    </section>
  );
}

/** What the image itself says of how it runs. */
function Configuration({ image: { digest, facts } }: { image: Image }): JSX.Element {
  const { t, time } = useText();
  const code = (value: string): JSX.Element => <code>{value}</code>;
  const shown: readonly (Fact | false | undefined)[] = [
    [t("image.digest.whole"), code(digest)],
    facts.createdAt !== undefined && [t("image.created"), time(facts.createdAt)],
    [t("image.user"), code(facts.user || "root")],
    facts.entrypoint && [t("image.entrypoint"), code(facts.entrypoint.join(" "))],
    facts.command && [t("image.command"), code(facts.command.join(" "))],
    facts.exposedPorts && facts.exposedPorts.length > 0 && [t("image.ports"), code(facts.exposedPorts.join(", "))],
    ...Object.entries(facts.labels ?? {}).map(([name, value]) => [name, value] as const),
  ];
  return (
    <details class="more-facts">
      <summary>{t("image.configuration")}</summary>
      <Facts facts={shown} />
    </details>
  );
}

function CoverageRows({ image }: { image: Image }): JSX.Element {
  const { t, number } = useText();
  return (
    <details class="more-facts">
      <summary>{t("image.coverage")}</summary>
      <ul class="plain-list">
        {image.coverage.rows.map(({ subject, state, packages, message }) => (
          <li key={subject}>
            <strong>{subject === "distribution" ? t("coverage.distribution") : subject}</strong>{" "}
            <span class="tag-mark">{t(`coverage.${state}`)}</span> {t("images.packages")}: {number(packages)}
            <span class="sub">{message}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
