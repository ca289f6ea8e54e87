import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useServices } from "../../api/services.ts";
import { useAction } from "../../api/use-action.ts";
import { useNavigation } from "../../navigation/navigation.ts";
import { Field } from "../../parts/field.tsx";
import { Form } from "../../parts/form.tsx";
import { TextArea } from "../../parts/text-area.tsx";
import { useText } from "../../text/language.ts";
import { endOfDay } from "./end-of-day.ts";

/** Adds advisories to a list; a finding's page fills in what stands in the address. */
export function AllowForm({ path, onAdded }: { path: string; onAdded(): void }): JSX.Element {
  const { t } = useText();
  const { api, say } = useServices();
  const { query } = useNavigation();
  const [advisories, setAdvisories] = useState(query.get("add") ?? "");
  const [name, setName] = useState(query.get("package") ?? "");
  const [reason, setReason] = useState("");
  const [expires, setExpires] = useState("");
  const add = useAction(async () => {
    const body = { advisories, package: name.trim() || null, reason, expiresAt: expires ? endOfDay(expires) : null };
    await api.post(path, body);
    for (const clear of [setAdvisories, setName, setReason, setExpires]) clear("");
    say(t("common.saved"));
    onAdded();
  });
  return (
    <Form action={add} label={t("common.add")} class="card wide-form">
      <h2>{t("allow.add")}</h2>
      <TextArea
        label={t("allow.advisories")}
        value={advisories}
        rows={2}
        hint={t("allow.advisories.hint")}
        placeholder="CVE-2024-1234, GHSA-…"
        problem={add.problem}
        path="advisories"
        required
        onValue={setAdvisories}
      />
      <div class="form-row">
        <Field label={t("allow.reason")} value={reason} onValue={setReason} maxLength={1000} />
        <Field
          label={t("allow.package")}
          value={name}
          onValue={setName}
          hint={t("allow.package.hint")}
          maxLength={255}
        />
        <Field
          label={t("allow.expires")}
          type="date"
          value={expires}
          onValue={setExpires}
          hint={t("allow.expires.hint")}
        />
      </div>
    </Form>
  );
}
