import type { ComponentChildren, JSX } from "preact";
import type { Image } from "../../api/types/index.ts";
import { Time } from "../../parts/time.tsx";
import { shortDigest } from "../../text/format.ts";
import { useText } from "../../text/language.ts";

export function ImageFactsCard({ image }: { image: Image }): JSX.Element {
  const { t, bytes } = useText();
  const { operatingSystem } = image;
  return (
    <section class="card">
      <dl class="facts">
        <Fact label={t("image.digest")}>
          <code title={image.digest}>{shortDigest(image.digest)}</code>
        </Fact>
        <Fact label={t("image.tags")}>{image.tags.map(({ reference }) => reference).join(", ") || "–"}</Fact>
        <Fact label={t("image.system")}>
          {operatingSystem?.prettyName ?? operatingSystem?.id ?? t("common.unknown")}
        </Fact>
        <Fact label={t("image.platform")}>{image.platform}</Fact>
        <Fact label={t("image.size")}>{bytes(image.sizeBytes)}</Fact>
        <Fact label={t("image.matched")}>
          <Time at={image.matchedAt} age />
        </Fact>
      </dl>
      {image.coverage.rows.length > 0 && image.coverage.overall !== "full" && <CoverageRows image={image} />}
    </section>
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

function CoverageRows({ image }: { image: Image }): JSX.Element {
  const { t, number } = useText();
  return (
    <details class="more-facts">
      <summary>{t("image.coverage")}</summary>
      <ul>
        {image.coverage.rows.map((row) => (
          <li key={row.subject}>
            <strong>{row.subject}</strong> <span class="tag-mark">{row.state.replaceAll("_", " ")}</span>{" "}
            {row.packages !== undefined && `${t("images.packages")}: ${number(row.packages)}`} {row.message}
          </li>
        ))}
      </ul>
    </details>
  );
}
