import type { OperatingSystem } from "@tidewaiter/inventory";

/** When the table below was last compared with its sources. */
export const END_OF_LIFE_TABLE_DATE = "2026-11-25";

/**
 * Last day of free security updates (long-term support by the community included) of each release. From endoflife.date,
 * which takes them from alpinelinux.org/releases, wiki.debian.org/LTS, wiki.ubuntu.com/Releases, Red Hat's life cycle and
 * the wikis of AlmaLinux and Rocky Linux; where a vendor names a month only, its last day, and of two days the later.
 */
const ENDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  debian: {
    "6": "2016-02-29",
    "7": "2018-05-31",
    "8": "2020-06-30",
    "9": "2022-07-01",
    "10": "2024-06-30",
    "11": "2026-08-31",
    "12": "2028-06-30",
    "13": "2030-06-30",
  },
  ubuntu: {
    "12.04": "2017-04-30",
    "14.04": "2019-04-30",
    "16.04": "2021-04-30",
    "16.10": "2017-07-20",
    "17.04": "2018-01-13",
    "17.10": "2018-07-19",
    "18.04": "2023-05-31",
    "18.10": "2019-07-18",
    "19.04": "2020-01-23",
    "19.10": "2020-07-17",
    "20.04": "2025-05-31",
    "20.10": "2021-07-22",
    "21.04": "2022-01-20",
    "21.10": "2022-07-14",
    "22.04": "2027-04-30",
    "22.10": "2023-07-20",
    "23.04": "2024-01-25",
    "23.10": "2024-07-12",
    "24.04": "2029-05-31",
    "24.10": "2025-07-10",
    "25.04": "2026-01-17",
    "25.10": "2026-07-31",
    "26.04": "2031-04-30",
  },
  alpine: {
    "3.0": "2016-05-01",
    "3.1": "2016-11-01",
    "3.2": "2017-05-01",
    "3.3": "2017-11-01",
    "3.4": "2018-05-01",
    "3.5": "2018-11-01",
    "3.6": "2019-05-01",
    "3.7": "2019-11-01",
    "3.8": "2020-05-01",
    "3.9": "2020-11-01",
    "3.10": "2021-05-01",
    "3.11": "2021-11-01",
    "3.12": "2022-05-01",
    "3.13": "2022-11-01",
    "3.14": "2023-05-01",
    "3.15": "2023-11-01",
    "3.16": "2024-05-23",
    "3.17": "2024-11-22",
    "3.18": "2025-05-09",
    "3.19": "2025-11-01",
    "3.20": "2026-04-01",
    "3.21": "2026-11-01",
    "3.22": "2027-05-01",
    "3.23": "2027-11-01",
  },
  centos: { "5": "2017-03-31", "6": "2020-11-30", "7": "2024-06-30", "8": "2021-12-31" },
  almalinux: { "8": "2029-03-01", "9": "2032-05-31", "10": "2035-05-31" },
  rocky: { "8": "2029-05-31", "9": "2032-05-31", "10": "2035-05-31" },
  rhel: {
    "4": "2012-02-29",
    "5": "2017-03-31",
    "6": "2020-11-30",
    "7": "2024-06-30",
    "8": "2029-05-31",
    "9": "2032-05-31",
    "10": "2035-05-31",
  },
};

/** The last day of updates of a release, `YYYY-MM-DD`, where the table has it. */
export function endOfLifeDate({ id, versionId = "" }: OperatingSystem): string | undefined {
  const releases = ENDS[id];
  const [major = "", minor] = versionId.split(".");
  return releases?.[`${major}.${minor}`] ?? releases?.[major];
}

/** True when the release gets no more updates; a release that the table does not have is not taken for dead. */
export function isEndOfLife(os: OperatingSystem, now: Date): boolean {
  const date = endOfLifeDate(os);
  return date !== undefined && now.toISOString().slice(0, 10) > date;
}
