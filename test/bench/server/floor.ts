import { createServer } from "node:http";
import { DatabaseSync } from "node:sqlite";

/** What the pages cost at least: one prepared statement, one JSON answer, nothing else. */
const [, , path = "", port = "0"] = process.argv;
const database = new DatabaseSync(path, { readOnly: true });
const projects = database.prepare("SELECT * FROM projects ORDER BY repository, reference, id LIMIT 51");
const findings = database.prepare(
  `SELECT f.*, i.id AS image_id, i.repository FROM findings f JOIN images i ON i.inventory_id = f.inventory_id
   WHERE f.severity = 0 ORDER BY f.advisory, f.inventory_id, f.seq LIMIT 51`,
);

createServer((req, res) => {
  const rows = req.url?.startsWith("/api/v1/findings") ? findings.all() : projects.all();
  res.setHeader("content-type", "application/json");
  res.end(JSON.stringify({ items: rows }));
}).listen(Number(port), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
