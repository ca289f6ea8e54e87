import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../api/services.ts";
import type { Connection, Issued, RegistryTypeInfo, Token } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { useResource } from "../../api/use-resource.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { Field } from "../../parts/field.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Time } from "../../parts/time.tsx";
import { useText } from "../../text/language.ts";
import { Commands } from "./commands.tsx";

/** Broker tokens in force: rotate with overlap, revoke. Values are shown once, right after they were issued. */
export function TokensCard({ connection }: { connection: Connection }): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const [overlap, setOverlap] = useState("24");
  const [issued, setIssued] = useState<Issued | undefined>(undefined);
  const path = `/connections/${connection.id}/tokens`;
  const tokens = useResource<{ items: Token[] }>(path, ["connection"]);
  const types = useResource<{ items: RegistryTypeInfo[] }>(issued ? "/registry-types" : undefined);
  const rotate = useAction(async () => {
    setIssued(await api.post<Issued>(path, { overlapHours: Number(overlap) }));
    tokens.reload();
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void rotate.run();
  };
  return (
    <section class="card stack" aria-labelledby="tokens-title">
      <h2 id="tokens-title">{t("connection.tokens")}</h2>
      <ProblemNote problem={tokens.problem ?? rotate.problem} />
      {tokens.data && <TokenTable path={path} tokens={tokens.data.items} onRevoked={tokens.reload} />}
      <form class="form" onSubmit={submit}>
        <Field
          label={t("connection.rotate.overlap")}
          type="number"
          min={0}
          max={720}
          value={overlap}
          onValue={setOverlap}
          hint={t("connection.tokens.hint")}
          problem={rotate.problem}
          path="overlapHours"
          required
        />
        <div>
          <button type="submit" class="button" disabled={rotate.isRunning}>
            {t("connection.rotate")}
          </button>
        </div>
      </form>
      {issued && <Commands issued={issued} info={types.data?.items.find(({ type }) => type === connection.type)} />}
    </section>
  );
}

interface TokenTableProps {
  readonly path: string;
  readonly tokens: readonly Token[];
  onRevoked(): void;
}

function TokenTable({ path, tokens, onRevoked }: TokenTableProps): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const revoke = async (id: string): Promise<void> => {
    await api.remove(`${path}/${id}`);
    onRevoked();
  };
  return (
    <div class="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">{t("connection.token.fingerprint")}</th>
            <th scope="col">{t("connection.token.created")}</th>
            <th scope="col">{t("connection.token.expires")}</th>
            <th scope="col">{t("connection.token.used")}</th>
            <th scope="col">
              <span class="visually-hidden">{t("common.actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.id}>
              <td data-label={t("connection.token.fingerprint")}>
                <code>{token.fingerprint}</code>
              </td>
              <td data-label={t("connection.token.created")}>
                <Time at={token.createdAt} />
              </td>
              <td data-label={t("connection.token.expires")}>
                <Time at={token.expiresAt} />
              </td>
              <td data-label={t("connection.token.used")}>
                <Time at={token.lastUsedAt} age />
              </td>
              <td class="tight">
                <Confirm
                  isQuiet
                  label={t("connection.revoke")}
                  title={t("connection.revoke.ask", { name: token.fingerprint })}
                  hint={t("connection.revoke.hint")}
                  work={() => revoke(token.id)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
