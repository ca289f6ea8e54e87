import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { toProblem } from "../../api/client.ts";
import { useServices } from "../../api/services.ts";
import { type Problem, SCHEDULE_KINDS, type Schedule, type SchedulePreview } from "../../api/types/index.ts";
import { useAction } from "../../api/use-action.ts";
import { Choice, Field } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { useText } from "../../text/language.ts";
import { NextRuns } from "./next-runs.tsx";

type Kind = Schedule["kind"] | "inherit";

interface ScheduleFormProps {
  /** null: nothing of its own. */
  readonly present: Schedule | null;
  readonly mayInherit: boolean;
  save(schedule: Schedule | null): Promise<unknown>;
}

/** Chooses a timetable; the server says what it comes to before it is saved. */
export function ScheduleForm({ present, mayInherit, save }: ScheduleFormProps): JSX.Element {
  const { t } = useText();
  const { say } = useServices();
  const [kind, setKind] = useState<Kind>(present?.kind ?? (mayInherit ? "inherit" : "none"));
  const [cron, setCron] = useState(present?.cron ?? "");
  const schedule = toSchedule(kind, cron);
  const preview = usePreview(schedule);
  const action = useAction(async () => {
    await save(schedule);
    say(t("common.saved"));
  });
  const kinds: readonly Kind[] = mayInherit ? ["inherit", ...SCHEDULE_KINDS] : SCHEDULE_KINDS;
  return (
    <Form action={action} label={t("common.save")} isDisabled={preview.problem !== undefined}>
      <Choice
        label={t("schedules.kind")}
        value={kind}
        options={kinds.map((one) => [one, t(`schedules.kind.${one}`)])}
        onValue={setKind}
      />
      {kind === "custom" && (
        <Field
          label={t("schedules.cron")}
          value={cron}
          onValue={setCron}
          hint={t("schedules.cron.hint")}
          problem={preview.problem}
          path="cron"
          maxLength={100}
          required
        />
      )}
      <ProblemNote problem={preview.problem} />
      {preview.nextRuns && <NextRuns runs={preview.nextRuns} />}
    </Form>
  );
}

function toSchedule(kind: Kind, cron: string): Schedule | null {
  if (kind === "inherit") return null;
  return kind === "custom" ? { kind, cron: cron.trim() } : { kind };
}

const SETTLE_MS = 300;

function usePreview(schedule: Schedule | null): { nextRuns?: readonly string[]; problem?: Problem } {
  const { api } = useServices();
  const [state, setState] = useState<{ nextRuns?: readonly string[]; problem?: Problem }>({});
  const wanted = schedule === null || (schedule.kind === "custom" && !schedule.cron) ? "" : JSON.stringify(schedule);
  useEffect(() => {
    setState({});
    if (wanted === "") return;
    const control = new AbortController();
    const timer = setTimeout(() => {
      api.post<SchedulePreview>("/schedules/preview", JSON.parse(wanted), { signal: control.signal }).then(
        ({ nextRuns }) => setState({ nextRuns }),
        (error: unknown) => {
          if (!control.signal.aborted) setState({ problem: toProblem(error) });
        },
      );
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [api, wanted]);
  return state;
}
