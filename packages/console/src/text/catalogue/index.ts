import { commonTexts } from "./common.ts";
import { imageTexts } from "./image.ts";
import { imagesTexts } from "./images.ts";
import { signInTexts } from "./sign-in.ts";

/** Every sentence of the console. */
export const CATALOGUE = {
  ...commonTexts,
  ...signInTexts,
  ...imagesTexts,
  ...imageTexts,
} as const;
export type TextKey = keyof typeof CATALOGUE;
