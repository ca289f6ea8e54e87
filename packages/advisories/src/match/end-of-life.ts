import type { OperatingSystem } from "@tidewaiter/inventory";

/** When the table below was last compared with the distributions' own pages. */
export const END_OF_LIFE_TABLE_DATE = "2026-11-20";

/** Last day of free security updates (long-term support by the community included) of each release. */
const ENDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  debian: {
    "7": "2018-05-31",
    "8": "2020-06-30",
    "9": "2022-06-30",
    "10": "2024-06-30",
    "11": "2026-08-31",
    "12": "2028-06-30",
    "13": "2030-06-30",
  },
  ubuntu: {
    "14.04": "2019-04-30",
    "16.04": "2021-04-30",
    "18.04": "2023-05-31",
    "20.04": "2025-05-31",
    "22.04": "2027-04-30",
    "23.10": "2024-07-11",
    "24.04": "2029-04-30",
    "24.10": "2025-07-10",
    "25.04": "2026-01-15",
    "25.10": "2026-07-09",
  },
  alpine: {
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
  },
  centos: { "5": "2017-03-31", "6": "2020-11-30", "7": "2024-06-30", "8": "2021-12-31" },
  almalinux: { "8": "2029-03-01", "9": "2032-05-31", "10": "2035-05-31" },
  rocky: { "8": "2029-05-31", "9": "2032-05-31", "10": "2035-05-31" },
  rhel: { "6": "2020-11-30", "7": "2024-06-30", "8": "2029-05-31", "9": "2032-05-31", "10": "2035-05-31" },
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
