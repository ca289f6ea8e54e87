import { sendImageExport } from "../../exports/image-export.ts";
import { baseOf, saveDockerfile } from "../../images/base-image.ts";
import type { Services } from "../../services.ts";
import { sliceList } from "../../store/paging.ts";
import type { Handlers } from "../mount.ts";

/** What is in an image. */
export function imageHandlers({ db, clock, images, version }: Services): Handlers<"images"> {
  return {
    show: ({ principal, params }) => images.show(principal, params.id),
    findings: ({ principal, params, query }) => images.findings(principal, params.id, query),
    packages: ({ principal, params, query }) => images.packages(principal, params.id, query),
    layers: async ({ principal, params }) => ({ items: await images.layers(principal, params.id) }),
    async problems({ principal, params, query }) {
      return sliceList((await images.inventory(principal, params.id)).problems, query);
    },
    export: ({ principal, params, query, res }) =>
      sendImageExport(images, principal, params.id, query.format, version, res),
    base: ({ principal, params }) => baseOf(db, principal, params.id),
    async saveDockerfile({ principal, params, body }) {
      await saveDockerfile(db, principal, params.id, body.text, clock.now());
      return undefined;
    },
  };
}
