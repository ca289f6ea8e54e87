import type { JSX } from "preact";
import type { Image, LayerRow } from "../../api/types/index.ts";
import { useResource } from "../../api/use-resource.ts";
import { List, listOfAll } from "../../parts/list.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { shortDigest } from "../../text/format.ts";
import { type TextTools, useText } from "../../text/language.ts";

/** Layers from the bottom up. */
export function LayersTab({ image }: { image: Image }): JSX.Element {
  const text = useText();
  const layers = useResource<{ items: LayerRow[] }>(`/images/${image.id}/layers`, ["advisories"]);
  return (
    <List source={listOfAll(layers)}>
      {(items) => (
        <Table
          caption={text.t("image.tab.layers")}
          columns={layerColumns(text)}
          rows={items.map((layer, index) => ({ ...layer, place: index + 1 }))}
          keyOf={({ place, digest }) => `${place} ${digest}`}
        />
      )}
    </List>
  );
}

function layerColumns({ t, bytes, number }: TextTools): Column<LayerRow & { readonly place: number }>[] {
  return [
    { head: "#", kind: "tight", cell: ({ place }) => <span class="soft">{place}</span> },
    {
      head: t("finding.layer"),
      kind: "tight",
      cell: ({ digest, isBase }) => (
        <>
          <code title={digest}>{shortDigest(digest)}</code> {isBase && <span class="tag-mark">{t("layer.base")}</span>}
        </>
      ),
    },
    { head: t("layer.created"), cell: ({ createdBy }) => <code class="path">{createdBy ?? "–"}</code> },
    { head: t("layer.size"), kind: "number", cell: ({ sizeBytes }) => bytes(sizeBytes) },
    { head: t("images.packages"), kind: "number", cell: ({ packages }) => number(packages) },
    { head: t("images.findings"), kind: "number", cell: ({ findings }) => number(findings) },
  ];
}
