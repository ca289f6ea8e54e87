import { type Detection, type Detector, type FoundPackage, MB } from "./detector.ts";

const PROVIDER = /^provider\s+"([\w.-]+)\/([\w.-]+)\/([\w.-]+)"\s*\{([^}]{0,20000})\}/gm;

/** Providers that Terraform or OpenTofu locked. */
export const terraformLock: Detector = {
  id: "terraform-lock",
  wants: { baseNames: [".terraform.lock.hcl"], maxBytes: MB },
  parse({ bytes }): Detection {
    const packages = [...bytes.toString("utf8").matchAll(PROVIDER)].flatMap((match): FoundPackage[] => {
      const [, host = "", owner = "", name = "", body = ""] = match;
      const version = body.match(/^\s*version\s*=\s*"([^"\n]{1,100})"/m)?.[1];
      return version ? [{ type: "generic", namespace: `${host}/${owner}`, name, version }] : [];
    });
    return { packages, problems: [] };
  },
};
