import type { JSX } from "preact";
import type { Image, Project } from "../../api/types/index.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Empty, Loading } from "../../parts/empty.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { useText } from "../../text/language.ts";
import { DockerfileTab } from "./dockerfile-tab.tsx";
import { FindingsTab } from "./findings-tab.tsx";
import { HistoryTab } from "./history-tab.tsx";
import { ImageFactsCard } from "./image-facts-card.tsx";
import { ImageTotals } from "./image-totals.tsx";
import { LayersTab } from "./layers-tab.tsx";
import { PackagesTab } from "./packages-tab.tsx";
import { ProblemsTab } from "./problems-tab.tsx";

interface ImageBodyProps {
  readonly project: Project;
  readonly image: Image | undefined;
  readonly isLoading: boolean;
  readonly tab: string;
}

const TABS = ["findings", "packages", "layers", "history", "dockerfile", "problems"] as const;
type TabName = (typeof TABS)[number];

/** Totals, facts and tabs of an image; what replaces them while there is none. */
export function ImageBody({ project, image, isLoading, tab }: ImageBodyProps): JSX.Element | null {
  const { t } = useText();
  if (isLoading) return <Loading />;
  if (!image) {
    return project.error || project.imageId ? null : (
      <Empty title={t("image.notYet")}>
        <p class="soft">{t("image.notYet.hint")}</p>
      </Empty>
    );
  }
  const current = TABS.find((name) => name === tab) ?? "findings";
  return (
    <>
      <ImageTotals totals={image.totals} />
      <ImageFactsCard image={image} project={project} />
      <div>
        <ImageTabs project={project} image={image} current={current} />
        <TabBody project={project} image={image} tab={current} />
      </div>
    </>
  );
}

function ImageTabs({ project, image, current }: { project: Project; image: Image; current: TabName }): JSX.Element {
  const { t, number } = useText();
  const { query } = useNavigation();
  const at = query.get("at");
  const counts: Partial<Record<TabName, number | undefined>> = {
    findings: image.totals.remaining?.total,
    packages: image.packages,
    problems: image.problems,
  };
  const tabs = TABS.map((id) => ({
    id,
    href: `/images/${project.id}/${id}${at ? `?at=${encodeURIComponent(at)}` : ""}`,
    label: (
      <>
        {t(`image.tab.${id}`)} {counts[id] !== undefined && <span class="pill">{number(counts[id])}</span>}
      </>
    ),
  }));
  return <Tabs label={t("image.tabs")} tabs={tabs} current={current} />;
}

function TabBody({ project, image, tab }: { project: Project; image: Image; tab: TabName }): JSX.Element {
  switch (tab) {
    case "findings":
      return <FindingsTab image={image} />;
    case "packages":
      return <PackagesTab image={image} />;
    case "layers":
      return <LayersTab image={image} />;
    case "history":
      return <HistoryTab project={project} />;
    case "dockerfile":
      return <DockerfileTab image={image} />;
    case "problems":
      return <ProblemsTab image={image} />;
  }
}
