import { buildAdvisoryStore, openAdvisoryStore } from "@tidewaiter/advisories";

/** `update` stops for ever after so many records; `read` answers until it sees the third database. */
const [task, path = "", ...rest] = process.argv.slice(2);

if (task === "update") {
  const [source = "", stopAt = "0"] = rest;
  const hang = (): void => {
    process.stdout.write(`${stopAt}\n`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  };
  if (stopAt === "0") hang();
  buildAdvisoryStore(path, {
    sources: [source],
    onProgress: (records) => (records === Number(stopAt) ? hang() : undefined),
  });
} else {
  const [records = "1"] = rest;
  const store = openAdvisoryStore(path);
  for (let seen = ""; seen !== "3.0.0"; ) {
    const snapshot = store.snapshot();
    const fixes = new Set(
      Array.from(
        { length: Number(records) },
        (_, index) => snapshot.findPackage("npm", `p${index}`)?.groups[0]?.rule.r?.[0]?.e[1]?.[1],
      ),
    );
    seen = [...fixes].join(",");
    process.stdout.write(`${seen}\n`);
  }
}
