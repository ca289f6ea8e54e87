import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useMay, useServices } from "../../api/services.ts";
import type { CheckHop, Connection, ConnectionCheck, RegistryType } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { Icon, type IconName } from "../../parts/icons.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { Time } from "../../parts/time.tsx";
import { useText } from "../../text/language.ts";
import { signInAdvice } from "./account-names.ts";

interface CheckCardProps {
  readonly connectionId: string;
  readonly type: RegistryType;
  /** Walks at once when it becomes true. */
  readonly isReady: boolean;
  /** How the check before went. */
  readonly last?: Connection["lastCheck"];
  onDone?(check: ConnectionCheck): void;
}

/** The way from here to an image, step by step, with the reason where it ends. */
export function CheckCard({ connectionId, type, isReady, last, onDone }: CheckCardProps): JSX.Element {
  const { t } = useText();
  const { api } = useServices();
  const mayCheck = useMay("member");
  const [check, setCheck] = useState<ConnectionCheck | undefined>(undefined);
  const walk = useAction(async () => {
    const done = await api.post<ConnectionCheck>(`/connections/${connectionId}/check`);
    setCheck(done);
    onDone?.(done);
  });
  const isWanted = isReady && mayCheck;
  useEffect(() => {
    if (isWanted) void walk.run();
  }, [isWanted]);
  return (
    <section class="card" aria-labelledby="check-title">
      <header>
        <h2 id="check-title">{t("check.title")}</h2>
        {mayCheck && (
          <button type="button" class="button" disabled={walk.isRunning} onClick={() => walk.run()}>
            {t(check ? "check.again" : "check.run")}
          </button>
        )}
      </header>
      <div aria-live="polite">
        {walk.isRunning && <p class="soft">{t("check.running")}</p>}
        <ProblemNote problem={walk.problem} />
        {check && <CheckReport check={check} type={type} />}
        {!check && !walk.isRunning && <LastCheck check={last ?? null} />}
      </div>
    </section>
  );
}

export function LastCheck({ check }: { check: Connection["lastCheck"] }): JSX.Element {
  const { t } = useText();
  if (!check) return <p class="soft">{t("check.never")}</p>;
  return (
    <p>
      <span class={`state-mark ${check.ok ? "Complete" : "Failed"}`}>
        <Icon name={check.ok ? "check" : "cross"} />
        {check.ok ? t("connections.check.ok") : <code>{check.code ?? t("connections.check.failed")}</code>}
      </span>
      <span class="sub">
        <Time at={check.at} age />
      </span>
    </p>
  );
}

function CheckReport({ check, type }: { check: ConnectionCheck; type: RegistryType }): JSX.Element {
  const { t } = useText();
  const advice = signInAdvice(type);
  return (
    <>
      <ol class="hops">
        {check.hops.map((hop) => (
          <Hop key={hop.hop} hop={hop} />
        ))}
      </ol>
      {check.hops
        .filter(({ verdict, message }) => (verdict === "fail" || verdict === "warn") && message)
        .map(({ hop, code = "", message = "", likely, action }) => (
          <ProblemNote key={hop} problem={{ code, message, likely, action }} />
        ))}
      {check.hops.some(isRefused) && advice && <p class="note">{t(`account.${advice}`)}</p>}
      {check.hops.some(lacksRight) && <p class="note warn">{t("right.missing", { right: t(`right.${type}`) })}</p>}
      {check.ok && <p class="clean">{t("check.ok")}</p>}
      <Warnings warnings={check.warnings} />
      <p class="soft small-text">
        <Time at={check.checkedAt} />
      </p>
    </>
  );
}

function isRefused({ hop, code }: CheckHop): boolean {
  return hop === "auth" && code === "REGISTRY_UNAUTHORIZED";
}

const LACKING: readonly string[] = ["REGISTRY_FORBIDDEN", "REGISTRY_UNAUTHORIZED", "CATALOG_UNSUPPORTED"];

/** A step that the registry refused to an account that it let in. */
function lacksRight({ hop, code }: CheckHop): boolean {
  return (hop === "list" || hop === "pull") && LACKING.includes(code ?? "");
}

const ICONS: Record<CheckHop["verdict"], IconName> = { pass: "check", warn: "warn", fail: "cross", skipped: "skip" };

function Hop({ hop: { hop, verdict, durationMs, fact } }: { hop: CheckHop }): JSX.Element {
  const { t, heard, number } = useText();
  return (
    <li class={`hop ${verdict}`}>
      <Icon name={ICONS[verdict]} />
      <strong>{t(`check.hop.${hop}`)}</strong>
      <span class="visually-hidden">{t(`check.verdict.${verdict}`)}</span>
      {verdict !== "skipped" && <span class="soft">{number(Math.round(durationMs))} ms</span>}
      {fact && <span class="fact">{heard(fact)}</span>}
    </li>
  );
}

function Warnings({ warnings }: { warnings: readonly string[] }): JSX.Element {
  const { heard } = useText();
  return (
    <>
      {warnings.map((warning) => (
        <p key={warning} class="note warn">
          {heard(warning)}
        </p>
      ))}
    </>
  );
}
