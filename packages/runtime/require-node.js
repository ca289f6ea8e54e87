import module from "node:module";

// Plain JavaScript that any Node can read, so that an old one gets a sentence instead of a stack trace.
const NEEDED = 24;

export function requireNode() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major >= NEEDED) {
    // Types are stripped and code is compiled once, not at every start.
    module.enableCompileCache();
    return;
  }
  process.stderr.write(
    `Tidewaiter needs Node ${NEEDED} or newer, this is ${process.version}. On Linux "npm ci" brings it: start with "npm start" or "npm run tidewaiter --".\n`,
  );
  process.exit(78);
}
