import { createContent, type RegistryContent } from "./content.ts";
import { buildImage, buildIndex } from "./image-builder.ts";
import { type BuiltLayer, buildLayer } from "./layer-builder.ts";
import { apkInstalled, dpkgStatus, nodeModules, readTable } from "./sample-data.ts";

const DEBIAN_RELEASE = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
`;
const ALPINE_RELEASE = `NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.17.0
PRETTY_NAME="Alpine Linux v3.17"
`;

/** Names of the sample images, as `repository:tag`. */
export const SAMPLE_IMAGES = ["base/debian-slim:12", "shop/api:1.4", "shop/web:2025-10"] as const;

/** Three images that share layers the way real ones do; the API is an index of two platforms. */
export async function createSamples(): Promise<RegistryContent> {
  const content = createContent();
  const debian = await debianBase();
  content.push("base/debian-slim", "12", buildImage([debian], { command: ["bash"] }));
  content.push("shop/api", "1.4", await api(debian));
  content.push("shop/web", "2025-10", buildImage(await web(), { command: ["node", "server.js"] }));
  return content;
}

function debianBase(): Promise<BuiltLayer> {
  const status = dpkgStatus(readTable("debian-12-base"));
  const files = {
    "etc/": { directory: true },
    "etc/os-release": { symlink: "../usr/lib/os-release" },
    "etc/debian_version": "12.0\n",
    "usr/lib/os-release": DEBIAN_RELEASE,
    "var/lib/dpkg/status": status,
  } as const;
  return buildLayer(files, { createdBy: "ADD rootfs.tar.xz / # debian 12" });
}

async function api(debian: BuiltLayer) {
  const all = [...readTable("debian-12-base"), ...readTable("debian-12-tls")];
  const tls = await buildLayer(
    { "var/lib/dpkg/status": dpkgStatus(all) },
    { createdBy: "RUN apt-get install -y curl openssl" },
  );
  const modules = nodeModules("srv/api", npmOf("api"));
  const app = await buildLayer(
    { "srv/api/package.json": '{ "name": "shop-api", "version": "1.4.0", "private": true }\n', ...modules },
    { createdBy: "COPY . /srv/api" },
  );
  const labels = { "org.opencontainers.image.title": "shop api" };
  const [amd64, arm64] = (["amd64", "arm64"] as const).map((architecture) => {
    const platform = { os: "linux", architecture };
    return { platform, image: buildImage([debian, tls, app], { platform, labels }) };
  });
  return buildIndex([amd64, arm64].filter((entry) => entry !== undefined));
}

async function web(): Promise<BuiltLayer[]> {
  const base = await buildLayer(
    {
      "etc/os-release": ALPINE_RELEASE,
      "etc/alpine-release": "3.17.0\n",
      "lib/apk/db/installed": apkInstalled(readTable("alpine-3.17")),
    },
    { createdBy: "ADD alpine-minirootfs.tar.gz /" },
  );
  const app = await buildLayer(nodeModules("app", npmOf("web")), {
    compression: "zstd",
    createdBy: "COPY node_modules /app/node_modules",
  });
  return [base, app];
}

function npmOf(image: string) {
  return readTable("npm").filter((row) => row.image === image);
}
