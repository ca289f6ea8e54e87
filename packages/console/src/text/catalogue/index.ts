import { accountsTexts } from "./accounts.ts";
import { commonTexts } from "./common.ts";
import { connectionsTexts } from "./connections.ts";
import { imageTexts } from "./image.ts";
import { imagesTexts } from "./images.ts";
import { importsTexts } from "./imports.ts";
import { operationTexts } from "./operation.ts";
import { organisationTexts } from "./organisation.ts";
import { settingsTexts } from "./settings.ts";
import { signInTexts } from "./sign-in.ts";
import { wizardTexts } from "./wizard.ts";

/** Every sentence of the console. */
export const CATALOGUE = {
  ...commonTexts,
  ...signInTexts,
  ...imagesTexts,
  ...imageTexts,
  ...connectionsTexts,
  ...wizardTexts,
  ...accountsTexts,
  ...importsTexts,
  ...organisationTexts,
  ...operationTexts,
  ...settingsTexts,
} as const;
export type TextKey = keyof typeof CATALOGUE;
