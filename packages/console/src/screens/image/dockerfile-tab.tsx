import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { useMay, useServices } from "../../api/services.ts";
import type { BaseAdvice, Image } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { useResource } from "../../api/use-resource.ts";
import { Loading } from "../../parts/empty.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
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
  const id = useId();
  const mayWrite = useMay("member");
  const [text, setText] = useState(kept);
  const save = useAction(async () => {
    await api.put(`/images/${image.id}/dockerfile`, { text });
    say(t("common.saved"));
    onSaved();
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void save.run();
  };
  const take = (files: FileList | null): void => {
    void files?.[0]?.text().then(setText);
  };
  return (
    <form class="card stack" onSubmit={submit}>
      <div class="field">
        <label for={id}>{t("docker.paste")}</label>
        <p class="hint">{t("docker.hint")}</p>
        <textarea
          id={id}
          class="code"
          rows={14}
          spellcheck={false}
          readOnly={!mayWrite}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <ProblemNote problem={save.problem} />
      {mayWrite && (
        <div class="actions">
          <label class="button file">
            {t("docker.file")}
            <input class="visually-hidden" type="file" onChange={(event) => take(event.currentTarget.files)} />
          </label>
          <button type="submit" class="button primary" disabled={save.isRunning}>
            {t("common.save")}
          </button>
        </div>
      )}
    </form>
  );
}
