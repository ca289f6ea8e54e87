import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Issued, RegistryTypeInfo } from "../../api/types/index.ts";
import { Copyable } from "../../parts/copyable.tsx";
import { useText } from "../../text/language.ts";
import { withUserName } from "./user-name.ts";

const NETWORK = "docker network create tidewaiter";

interface CommandsProps {
  readonly issued: Issued;
  readonly info: RegistryTypeInfo | undefined;
  readonly userName?: string;
}

/** What to paste next to the registry. The token stands in it, so this is the only time that it is seen. */
export function Commands({ issued, info, userName = "" }: CommandsProps): JSX.Element {
  const { t, heard } = useText();
  const [isCompose, setIsCompose] = useState(false);
  const commands = withUserName(issued.commands, userName);
  const secrets = (info?.fields ?? [])
    .filter(({ isSecret, isRequired }) => isSecret || isRequired)
    .filter(({ variable }) => variable !== "CR_USERNAME" || userName === "");
  return (
    <section class="card stack" aria-labelledby="commands-title">
      <div>
        <h2 id="commands-title">{t("wizard.commands")}</h2>
        <p class="soft">{t("common.onceOnly")}</p>
      </div>
      {secrets.length > 0 && (
        <div>
          <p>{t("wizard.commands.hint")}</p>
          <ul class="plain-list">
            {secrets.map(({ variable, label, hint }) => (
              <li key={variable}>
                <code>{variable}</code> {heard(label)} <span class="soft">– {heard(hint)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <div class="actions">
        <button type="button" class="button toggle" aria-current={!isCompose} onClick={() => setIsCompose(false)}>
          {t("wizard.docker")}
        </button>
        <button type="button" class="button toggle" aria-current={isCompose} onClick={() => setIsCompose(true)}>
          {t("wizard.compose")}
        </button>
      </div>
      {isCompose ? (
        <Copyable label={t("wizard.compose")} text={commands.compose} />
      ) : (
        <>
          <Copyable label={t("wizard.network")} text={NETWORK} />
          <Copyable label={t("wizard.client")} text={commands.client} />
          <Copyable label={t("wizard.agent")} text={commands.agent} />
        </>
      )}
      <Copyable label={t("wizard.token")} text={issued.token} />
    </section>
  );
}
