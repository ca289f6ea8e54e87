import { type Detector, MB, NOTHING } from "./detector.ts";

const DESCRIPTION = /^var\/lib\/pacman\/local\/[^/]+\/desc$/;

/** Installed Arch packages: a file of `%KEY%` blocks for each. */
export const pacman: Detector = {
  id: "pacman",
  wants: { baseNames: ["desc"], accepts: (path) => DESCRIPTION.test(path), maxBytes: MB },
  parse({ bytes }) {
    const blocks = new Map<string, string[]>();
    for (const block of bytes.toString("utf8").split(/\n{2,}/)) {
      const [key = "", ...values] = block.trim().split("\n");
      blocks.set(key, values);
    }
    const one = (key: string): string | undefined => blocks.get(key)?.[0];
    const [name, version, architecture, base] = [one("%NAME%"), one("%VERSION%"), one("%ARCH%"), one("%BASE%")];
    if (!name || !version) return { ...NOTHING, problems: [{ reason: "desc without name or version" }] };
    const licenses = blocks.get("%LICENSE%")?.slice(0, 64);
    const dependsOn = blocks.get("%DEPENDS%")?.map((text) => text.replace(/[<>=:].*$/, ""));
    return {
      problems: [],
      packages: [
        {
          type: "alpm",
          name,
          version,
          source: { name: base ?? name, version },
          ...(architecture && { architecture }),
          ...(licenses && { licenses }),
          ...(dependsOn && { dependsOn }),
        },
      ],
    };
  },
};
