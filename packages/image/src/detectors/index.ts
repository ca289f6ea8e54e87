import { apk } from "./apk.ts";
import { podfileLock, swiftResolved } from "./apple.ts";
import { mixLock, otpApplication, rebarLock } from "./beam.ts";
import { bottlerocket } from "./bottlerocket.ts";
import { bunLock } from "./bun-lock.ts";
import { cargoLock } from "./cargo-lock.ts";
import { chisel } from "./chisel.ts";
import { composerInstalled, composerLock } from "./composer.ts";
import { conanInfo, conanLock } from "./conan.ts";
import { conda } from "./conda.ts";
import { contentSets } from "./content-sets.ts";
import { pubspecLock } from "./dart.ts";
import { denoLock } from "./deno-lock.ts";
import type { Detector } from "./detector.ts";
import { dotnetDeps, nugetLock } from "./dotnet.ts";
import { dpkg } from "./dpkg.ts";
import { dpkgFiles } from "./dpkg-files.ts";
import { elfNote } from "./elf-note.ts";
import { githubActions } from "./github-actions.ts";
import { goBinary } from "./go-binary.ts";
import { haskellLocks } from "./haskell.ts";
import { homebrew } from "./homebrew.ts";
import { javaArchive } from "./java-archive.ts";
import { javaRuntime } from "./java-runtime.ts";
import { juliaManifest } from "./julia.ts";
import { kernelModules, linuxKernel } from "./linux-kernel.ts";
import { luaRock } from "./lua-rock.ts";
import { gguf, safetensors } from "./models.ts";
import { nix, nixStore } from "./nix.ts";
import { nodeModules } from "./node-modules.ts";
import { nodeProject } from "./node-project.ts";
import { npmLock } from "./npm-lock.ts";
import { opam } from "./opam.ts";
import { opkg } from "./opkg.ts";
import { osFallbacks } from "./os-fallbacks.ts";
import { osRelease } from "./os-release.ts";
import { pacman } from "./pacman.ts";
import { peVersion } from "./pe-version.ts";
import { pear } from "./pear.ts";
import { pnpmLock } from "./pnpm-lock.ts";
import { portage } from "./portage.ts";
import { programTexts } from "./program-texts.ts";
import { programs } from "./programs.ts";
import { prologPack } from "./prolog.ts";
import { pythonDist } from "./python-dist.ts";
import { pipfileLock, pythonTomlLocks, requirements } from "./python-locks.ts";
import { rDescription } from "./r-description.ts";
import { rpm, rpmLog } from "./rpm.ts";
import { rpmManifest } from "./rpm-manifest.ts";
import { gemfileLock, gemspec } from "./ruby.ts";
import { rustBinary } from "./rust-binary.ts";
import { sbom } from "./sbom.ts";
import { snap } from "./snap.ts";
import { terraformLock } from "./terraform.ts";
import { vcpkg } from "./vcpkg.ts";
import { wordpress } from "./wordpress.ts";
import { yarnLock } from "./yarn-lock.ts";

/** Every package format that is read: a new one is a file beside these and a line here. */
export const DETECTORS: readonly Detector[] = [
  ...[osRelease, osFallbacks, contentSets],
  ...[dpkg, dpkgFiles, opkg, chisel, apk, rpm, rpmLog, rpmManifest, pacman, portage, sbom, elfNote],
  ...[nodeModules, nodeProject, npmLock, yarnLock, pnpmLock, bunLock],
  ...[pythonDist, pythonTomlLocks, pipfileLock, requirements, conda],
  ...[javaArchive, javaRuntime, goBinary, rustBinary, cargoLock, dotnetDeps, nugetLock, peVersion],
  ...[composerInstalled, composerLock, gemspec, gemfileLock, mixLock, rebarLock, otpApplication],
  ...[
    haskellLocks,
    pubspecLock,
    swiftResolved,
    podfileLock,
    conanLock,
    conanInfo,
    rDescription,
    wordpress,
    programs,
    programTexts,
  ],
  ...[denoLock, luaRock, homebrew, snap, nix, nixStore, linuxKernel, kernelModules, bottlerocket, vcpkg, pear],
  ...[juliaManifest, opam, terraformLock, prologPack, githubActions, gguf, safetensors],
];
