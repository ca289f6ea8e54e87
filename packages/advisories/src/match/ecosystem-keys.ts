import type { OperatingSystem, PackageType } from "@tidewaiter/inventory";

/** Language package types and the ecosystem that judges them. */
const LANGUAGES: Partial<Readonly<Record<PackageType, string>>> = {
  npm: "npm",
  pypi: "PyPI",
  golang: "Go",
  maven: "Maven",
  gem: "RubyGems",
  cargo: "crates.io",
  nuget: "NuGet",
  composer: "Packagist",
  hex: "Hex",
  pub: "Pub",
  cran: "CRAN",
  hackage: "Hackage",
  swift: "SwiftURL",
  conan: "ConanCenter",
  bitnami: "Bitnami",
};

export function languageEcosystem(type: PackageType): string | undefined {
  return LANGUAGES[type];
}

export function isDistributionType(type: PackageType): boolean {
  return type === "deb" || type === "apk" || type === "rpm";
}

/** Ecosystem keys of the distribution, most exact first; empty when its advisories are under no key that we know (reference: OSV "Defined ecosystems"). */
export function distributionKeys(os: OperatingSystem, isUbuntuPro = false): readonly string[] {
  const version = os.versionId ?? "";
  const major = version.split(".")[0] ?? "";
  const minor = version.split(".").slice(0, 2).join(".");
  switch (os.id) {
    case "debian":
      return major ? [`Debian:${major}`] : [];
    case "ubuntu":
      return version ? ubuntuKeys(minor, isUbuntuPro) : [];
    case "alpine":
      return /^\d+\.\d+(\.\d+)?$/.test(version) ? [`Alpine:v${minor}`] : [];
    case "almalinux":
      return major ? [`AlmaLinux:${major}`] : [];
    case "rocky":
      return major ? [`Rocky Linux:${major}`] : [];
    case "rhel":
      return major ? ["baseos", "appstream", "crb"].map((part) => `Red Hat:enterprise_linux:${major}::${part}`) : [];
    case "azurelinux":
      return major ? [`Azure Linux:${major}`] : [];
    case "mageia":
      return major ? [`Mageia:${major}`] : [];
    case "photon":
      return minor ? [`Photon OS:${minor}`] : [];
    case "openEuler":
    case "openeuler":
      return openEulerKeys(os);
    case "sles":
    case "opensuse-leap":
    case "opensuse-tumbleweed":
      return suseKeys(os);
    case "wolfi":
      return ["Wolfi"];
    case "chainguard":
      return ["Chainguard"];
    case "minimos":
      return ["MinimOS"];
    case "alpaquita":
      return [minor ? `Alpaquita:${minor === "stream" ? minor : major}` : "Alpaquita:stream"];
    default:
      return [];
  }
}

function ubuntuKeys(version: string, isPro: boolean): string[] {
  const release = isUbuntuLts(version) ? `${version}:LTS` : version;
  return isPro ? [`Ubuntu:${release}`, `Ubuntu:Pro:${release}`] : [`Ubuntu:${release}`];
}

/** April releases of even years are supported for long, and their key says so. */
function isUbuntuLts(version: string): boolean {
  const [year = "", month = ""] = version.split(".");
  return month === "04" && Number(year) % 2 === 0;
}

function openEulerKeys({ versionId = "", prettyName = "" }: OperatingSystem): string[] {
  const release = /\(([^)]+)\)/.exec(prettyName)?.[1];
  return [release ? `openEuler:${versionId}-${release}` : `openEuler:${versionId}`];
}

function suseKeys({ id, prettyName = "", versionId = "" }: OperatingSystem): string[] {
  if (id === "opensuse-tumbleweed") return ["openSUSE:Tumbleweed"];
  if (id === "opensuse-leap") return [`openSUSE:Leap ${versionId}`];
  const name = prettyName.replace(/^SUSE\s+/, "");
  return name ? [`SUSE:${name}`] : [];
}
