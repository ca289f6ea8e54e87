import { tmpdir } from "node:os";
import { join } from "node:path";

/** What tests keep from one run to the next: base images and the engine's build steps. */
export const TEST_CACHE = process.env.TIDEWAITER_TEST_CACHE ?? join(tmpdir(), "tidewaiter-test-cache");
