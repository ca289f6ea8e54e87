import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../api/services.ts";
import type { Connection, Issued, RegistryTypeInfo, Token } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { useResource } from "../../api/use-resource.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { Field } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { type Column, Table } from "../../parts/table.tsx";
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
  return (
    <section class="card stack" aria-labelledby="tokens-title">
      <h2 id="tokens-title">{t("connection.tokens")}</h2>
      <ProblemNote problem={tokens.problem} retry={tokens.reload} />
      {tokens.data && <TokenTable path={path} tokens={tokens.data.items} onRevoked={tokens.reload} />}
      <Form action={rotate} label={t("connection.rotate")} isQuiet>
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
      </Form>
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
  const columns: Column<Token>[] = [
    { head: t("connection.token.fingerprint"), kind: "title", cell: ({ fingerprint }) => <code>{fingerprint}</code> },
    { head: t("connection.token.created"), cell: ({ createdAt }) => <Time at={createdAt} /> },
    { head: t("connection.token.expires"), cell: ({ expiresAt }) => <Time at={expiresAt} /> },
    { head: t("connection.token.used"), cell: ({ lastUsedAt }) => <Time at={lastUsedAt} age /> },
    {
      head: t("common.actions"),
      kind: "actions",
      cell: ({ id, fingerprint }) => (
        <Confirm
          isQuiet
          label={t("connection.revoke")}
          title={t("connection.revoke.ask", { name: fingerprint })}
          hint={t("connection.revoke.hint")}
          work={() => revoke(id)}
        />
      ),
    },
  ];
  return <Table caption={t("connection.tokens")} columns={columns} rows={tokens} keyOf={({ id }) => id} />;
}
