import type { JSX } from "preact";
import { matchPath, type Parameters } from "../navigation/address.ts";
import { ActivityScreen } from "../screens/activity/activity-screen.tsx";
import { AlertsScreen } from "../screens/alerts/alerts-screen.tsx";
import { AllowListsScreen } from "../screens/allow-lists/allow-lists-screen.tsx";
import { ConnectionScreen } from "../screens/connections/connection-screen.tsx";
import { ConnectionsScreen } from "../screens/connections/connections-screen.tsx";
import { WizardScreen } from "../screens/connections/wizard-screen.tsx";
import { DiagnoseScreen } from "../screens/diagnose/diagnose-screen.tsx";
import { FindingsScreen } from "../screens/findings/findings-screen.tsx";
import { FleetScreen } from "../screens/fleet/fleet-screen.tsx";
import { ImageScreen } from "../screens/image/image-screen.tsx";
import { ImagesScreen } from "../screens/images/images-screen.tsx";
import { ImportScreen } from "../screens/imports/import-screen.tsx";
import { ImportsScreen } from "../screens/imports/imports-screen.tsx";
import { NotFound } from "../screens/not-found.tsx";
import { OverviewScreen } from "../screens/overview/overview-screen.tsx";
import { PickScreen } from "../screens/pick/pick-screen.tsx";
import { ReportsScreen } from "../screens/reports/reports-screen.tsx";
import { SchedulesScreen } from "../screens/schedules/schedules-screen.tsx";
import { SettingsScreen } from "../screens/settings/settings-screen.tsx";
import { TrafficScreen } from "../screens/traffic/traffic-screen.tsx";

type Draw = (parameters: Parameters) => JSX.Element;

/** Every page of the console. The key makes a page for another thing start afresh. */
const SCREENS: readonly (readonly [pattern: string, draw: Draw])[] = [
  ["/", () => <OverviewScreen />],
  ["/images", () => <ImagesScreen />],
  ["/images/:id/:tab?", ({ id = "", tab }) => <ImageScreen key={id} id={id} tab={tab} />],
  ["/connections", () => <ConnectionsScreen />],
  ["/connections/new", () => <WizardScreen />],
  ["/connections/:id", ({ id = "" }) => <ConnectionScreen key={id} id={id} />],
  ["/connections/:id/pick", ({ id = "" }) => <PickScreen key={id} id={id} />],
  ["/imports", () => <ImportsScreen />],
  ["/imports/:id", ({ id = "" }) => <ImportScreen key={id} id={id} />],
  ["/activity", () => <ActivityScreen />],
  ["/findings", () => <FindingsScreen />],
  ["/allow-lists", () => <AllowListsScreen />],
  ["/schedules", () => <SchedulesScreen />],
  ["/alerts", () => <AlertsScreen />],
  ["/reports", () => <ReportsScreen />],
  ["/fleet", () => <FleetScreen />],
  ["/traffic", () => <TrafficScreen />],
  ["/diagnose", () => <DiagnoseScreen />],
  ["/settings/:tab?", ({ tab }) => <SettingsScreen tab={tab} />],
];

export function findScreen(path: string): JSX.Element {
  for (const [pattern, draw] of SCREENS) {
    const parameters = matchPath(pattern, path);
    if (parameters) return draw(parameters);
  }
  return <NotFound />;
}
