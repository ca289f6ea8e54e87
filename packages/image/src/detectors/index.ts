import { apk } from "./apk.ts";
import type { Detector } from "./detector.ts";
import { dpkg } from "./dpkg.ts";
import { dpkgFiles } from "./dpkg-files.ts";
import { nodeModules } from "./node-modules.ts";
import { npmLock } from "./npm-lock.ts";
import { osRelease } from "./os-release.ts";

/** Every package format that is read: a new one is a file beside these and a line here. */
export const DETECTORS: readonly Detector[] = [osRelease, dpkg, dpkgFiles, apk, nodeModules, npmLock];
