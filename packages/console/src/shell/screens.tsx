import type { JSX } from "preact";
import { matchPath, type Parameters } from "../navigation/address.ts";
import { ConnectionScreen } from "../screens/connections/connection-screen.tsx";
import { ConnectionsScreen } from "../screens/connections/connections-screen.tsx";
import { WizardScreen } from "../screens/connections/wizard-screen.tsx";
import { ImageScreen } from "../screens/image/image-screen.tsx";
import { ImagesScreen } from "../screens/images/images-screen.tsx";
import { NotFound } from "../screens/not-found.tsx";
import { PickScreen } from "../screens/pick/pick-screen.tsx";

type Draw = (parameters: Parameters) => JSX.Element;

/** Every page of the console. The key makes a page for another thing start afresh. */
const SCREENS: readonly (readonly [pattern: string, draw: Draw])[] = [
  ["/", () => <ImagesScreen />],
  ["/images", () => <ImagesScreen />],
  ["/images/:id/:tab?", ({ id = "", tab }) => <ImageScreen key={id} id={id} tab={tab} />],
  ["/connections", () => <ConnectionsScreen />],
  ["/connections/new", () => <WizardScreen />],
  ["/connections/:id", ({ id = "" }) => <ConnectionScreen key={id} id={id} />],
  ["/connections/:id/pick", ({ id = "" }) => <PickScreen key={id} id={id} />],
];

export function findScreen(path: string): JSX.Element {
  for (const [pattern, draw] of SCREENS) {
    const parameters = matchPath(pattern, path);
    if (parameters) return draw(parameters);
  }
  return <NotFound />;
}
