import type { JSX } from "preact";
import type { Image, LayerRow } from "../../api/types/index.ts";
import { useResource } from "../../api/use-resource.ts";
import { Loading } from "../../parts/empty.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { shortDigest } from "../../text/format.ts";
import { useText } from "../../text/language.ts";

export function LayersTab({ image }: { image: Image }): JSX.Element {
  const { t } = useText();
  const layers = useResource<{ items: LayerRow[] }>(`/images/${image.id}/layers`, ["advisories"]);
  if (!layers.data)
    return layers.problem ? <ProblemNote problem={layers.problem} retry={layers.reload} /> : <Loading />;
  return (
    <div class="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">#</th>
            <th scope="col">{t("finding.layer")}</th>
            <th scope="col">{t("layer.created")}</th>
            <th scope="col" class="number">
              {t("layer.size")}
            </th>
            <th scope="col" class="number">
              {t("images.packages")}
            </th>
            <th scope="col" class="number">
              {t("images.findings")}
            </th>
          </tr>
        </thead>
        <tbody>
          {layers.data.items.map((layer, index) => (
            <Row key={`${index} ${layer.digest}`} layer={layer} place={index + 1} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ layer, place }: { layer: LayerRow; place: number }): JSX.Element {
  const { t, bytes, number } = useText();
  return (
    <tr>
      <td data-label="#" class="tight soft">
        {place}
      </td>
      <td data-label={t("finding.layer")} class="tight">
        <code title={layer.digest}>{shortDigest(layer.digest)}</code>{" "}
        {layer.isBase && <span class="tag-mark">{t("layer.base")}</span>}
      </td>
      <td data-label={t("layer.created")}>
        <code class="small-text">{layer.createdBy ?? "–"}</code>
      </td>
      <td data-label={t("layer.size")} class="number">
        {bytes(layer.sizeBytes)}
      </td>
      <td data-label={t("images.packages")} class="number">
        {number(layer.packages)}
      </td>
      <td data-label={t("images.findings")} class="number">
        {number(layer.findings)}
      </td>
    </tr>
  );
}
