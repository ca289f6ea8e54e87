import { requireNode } from "../packages/runtime/require-node.js";

requireNode();
const [name, ...args] = process.argv.slice(2);
const { main } = await import(`./${name}.ts`);
process.exitCode = await main(args);
