import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useServices } from "../../api/services.ts";
import type { Image, Project } from "../../api/types/index.ts";
import { useResource } from "../../api/use-resource.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Loading } from "../../parts/empty.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Screen } from "../../parts/screen.tsx";
import { useText } from "../../text/language.ts";
import { imageName } from "../images/image-table.tsx";
import { ImageActions } from "./image-actions.tsx";
import { ImageBody } from "./image-body.tsx";
import { ScanBar } from "./scan-bar.tsx";

/** A project with the image that its tag names now, or the older one that `?at=` asks for. */
export function ImageScreen({ id, tab }: { id: string; tab: string | undefined }): JSX.Element {
  const { api } = useServices();
  const project = useResource<Project>(`/projects/${id}`, ["project", "scan", "advisories"]);
  const isNew = project.data?.isNew === true;
  useEffect(() => {
    // Only a mark in a list: when this fails, the mark stays and nothing else is lost.
    if (isNew) api.post(`/projects/${id}/open`).catch(() => undefined);
  }, [api, id, isNew]);
  if (!project.data) {
    return project.problem ? <ProblemNote problem={project.problem} retry={project.reload} /> : <Loading />;
  }
  return <ProjectPage project={project.data} tab={tab} onChange={project.reload} />;
}

interface ProjectPageProps {
  readonly project: Project;
  readonly tab: string | undefined;
  onChange(): void;
}

function ProjectPage({ project, tab, onChange }: ProjectPageProps): JSX.Element {
  const { t } = useText();
  const { query } = useNavigation();
  const imageId = query.get("at") ?? project.imageId;
  const image = useResource<Image>(imageId ? `/images/${imageId}` : undefined, ["project", "advisories"]);
  return (
    <Screen
      title={imageName(project.repository, project.reference)}
      above={
        <>
          <a href="/images">{t("images.title")}</a> ·{" "}
          <a href={`/connections/${project.connectionId}`}>{project.connectionName}</a>
        </>
      }
      actions={<ImageActions project={project} imageId={imageId} onChange={onChange} />}
    >
      <div class="stack">
        {project.activeScanId && <ScanBar scanId={project.activeScanId} />}
        {project.error && <ProblemNote problem={project.error} />}
        {imageId !== null && imageId !== project.imageId && <OlderNote projectId={project.id} />}
        <ProblemNote problem={image.problem} retry={image.reload} />
        <ImageBody project={project} image={image.data} isLoading={image.isLoading} tab={tab ?? "findings"} />
      </div>
    </Screen>
  );
}

function OlderNote({ projectId }: { projectId: string }): JSX.Element {
  const { t } = useText();
  return (
    <p class="note warn">
      {t("image.older")} <a href={`/images/${projectId}`}>{t("image.older.back")}</a>
    </p>
  );
}
