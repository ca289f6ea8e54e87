import { type Detector, MB } from "./detector.ts";
import { parseStatus } from "./dpkg.ts";

const STATUS = ["usr/lib/opkg/status", "lib/opkg/status", "var/lib/opkg/status"];

/** Installed OpenWrt and Yocto packages, in dpkg's form; where the list is missing, one control file for each. */
export const opkg: Detector = {
  id: "opkg",
  wants: {
    paths: STATUS,
    folders: ["usr/lib/opkg/info", "var/lib/opkg/info"],
    accepts: (path) => STATUS.includes(path) || path.endsWith(".control"),
    maxBytes: 32 * MB,
  },
  parse({ path, bytes }) {
    return parseStatus(bytes.toString("utf8"), "opkg", STATUS.includes(path));
  },
};
