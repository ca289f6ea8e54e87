import type { JSX } from "preact";
import { useMay } from "../../api/services.ts";
import { Screen } from "../../parts/screen.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { useText } from "../../text/language.ts";
import { AccountTab } from "./account-tab.tsx";
import { AuditTab } from "./audit-tab.tsx";
import { DataTab } from "./data-tab.tsx";
import { KeysTab } from "./keys-tab.tsx";
import { PeopleTab } from "./people-tab.tsx";

const TABS = ["account", "people", "keys", "data", "audit"] as const;
type TabName = (typeof TABS)[number];
const ADMIN_ONLY: readonly TabName[] = ["people", "keys", "audit"];

export function SettingsScreen({ tab }: { tab: string | undefined }): JSX.Element {
  const { t } = useText();
  const isAdmin = useMay("admin");
  const shown = TABS.filter((name) => isAdmin || !ADMIN_ONLY.includes(name));
  const current = shown.find((name) => name === tab) ?? "account";
  const tabs = shown.map((id) => ({ id, href: `/settings/${id}`, label: t(`settings.tab.${id}`) }));
  return (
    <Screen title={t("settings.title")}>
      <Tabs label={t("settings.tabs")} tabs={tabs} current={current} />
      <TabBody tab={current} />
    </Screen>
  );
}

function TabBody({ tab }: { tab: TabName }): JSX.Element {
  switch (tab) {
    case "account":
      return <AccountTab />;
    case "people":
      return <PeopleTab />;
    case "keys":
      return <KeysTab />;
    case "data":
      return <DataTab />;
    case "audit":
      return <AuditTab />;
  }
}
