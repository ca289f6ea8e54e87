import { type Detection, type Detector, NOTHING } from "./detector.ts";
import { parseShellPairs } from "./os-release.ts";

/** A Java runtime: the `release` file in its home. */
export const javaRuntime: Detector = {
  id: "java-runtime",
  wants: { baseNames: ["release"], maxBytes: 64 * 1024 },
  parse({ bytes }): Detection {
    const pairs = parseShellPairs(bytes.toString("utf8"));
    const version = pairs.get("JAVA_RUNTIME_VERSION") ?? pairs.get("JAVA_VERSION");
    if (!version) return NOTHING;
    const implementor = pairs.get("IMPLEMENTOR");
    const name = /graal/i.test(pairs.get("GRAALVM_VERSION") ? "graalvm" : (implementor ?? "")) ? "graalvm" : "openjdk";
    return {
      problems: [],
      packages: [
        {
          type: "generic",
          name,
          version: version.replace(/-LTS$/, ""),
          ...(implementor && { vendor: implementor.slice(0, 256) }),
        },
      ],
    };
  },
};
