import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useMay, useServices } from "../../api/services.ts";
import type { BaseAdvice, Image } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { useResource } from "../../api/use-resource.ts";
import { Loading } from "../../parts/empty.tsx";
import { Form } from "../../parts/form.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { TextArea } from "../../parts/text-area.tsx";
import { useText } from "../../text/language.ts";
import { BaseCard } from "./base-card.tsx";

export function DockerfileTab({ image }: { image: Image }): JSX.Element {
  const base = useResource<BaseAdvice>(`/images/${image.id}/base`);
  if (!base.data) return base.problem ? <ProblemNote problem={base.problem} retry={base.reload} /> : <Loading />;
  return (
    <div class="columns">
      <DockerfileForm image={image} kept={base.data.dockerfile ?? ""} onSaved={base.reload} />
      <BaseCard advice={base.data} />
    </div>
  );
}

function DockerfileForm({ image, kept, onSaved }: { image: Image; kept: string; onSaved(): void }): JSX.Element {
  const { t } = useText();
  const { api, say } = useServices();
  const mayWrite = useMay("member");
  const [text, setText] = useState(kept);
  const save = useAction(async () => {
    await api.put(`/images/${image.id}/dockerfile`, { text });
    say(t("common.saved"));
    onSaved();
  });
  const take = (files: FileList | null): void => {
    void files?.[0]?.text().then(setText);
  };
  const field = (
    <TextArea
      label={t("docker.paste")}
      value={text}
      rows={14}
      hint={t("docker.hint")}
      readOnly={!mayWrite}
      problem={save.problem}
      path="text"
      onValue={setText}
    />
  );
  if (!mayWrite) return <section class="card">{field}</section>;
  return (
    <Form action={save} label={t("common.save")} class="card wide-form" beside={<FileButton onFiles={take} />}>
      {field}
    </Form>
  );
}

function FileButton({ onFiles }: { onFiles(files: FileList | null): void }): JSX.Element {
  const { t } = useText();
  return (
    <label class="button file">
      {t("docker.file")}
      <input class="visually-hidden" type="file" onChange={(event) => onFiles(event.currentTarget.files)} />
    </label>
  );
}
