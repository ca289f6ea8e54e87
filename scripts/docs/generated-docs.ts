import { apiPage } from "./api-page.ts";
import { envExample } from "./env-example.ts";
import { errorsPage } from "./errors-page.ts";
import { metricsPage } from "./metrics-page.ts";
import { settingsPage } from "./settings-page.ts";

/** Every generated text by its path from the root of the repository. */
export function generatedDocs(): Readonly<Record<string, string>> {
  return {
    ".env.example": envExample(),
    "docs/reference/settings.md": settingsPage(),
    "docs/reference/errors.md": errorsPage(),
    "docs/reference/api.md": apiPage(),
    "docs/reference/metrics.md": metricsPage(),
  };
}
