import type { JSX } from "preact";
import { REGISTRY_TYPES } from "../api/types/index.ts";
import { useNavigation } from "../navigation/navigation.ts";
import { useText } from "../text/language.ts";
import { Facet } from "./facet.tsx";
import { registryName } from "./registry-name.tsx";

/** The filter by registry type that every list has. */
export function TypeFacet(): JSX.Element {
  const { t } = useText();
  return (
    <Facet
      name="type"
      label={t("images.filter.type")}
      options={REGISTRY_TYPES.map((type) => [type, registryName(type)])}
    />
  );
}

/** The chosen types for the query of a list's path: `type=ecr%2Cacr`, or nothing. */
export function useTypeQuery(): string {
  const type = useNavigation().query.get("type");
  return type ? String(new URLSearchParams({ type })) : "";
}
