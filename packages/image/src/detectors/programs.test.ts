import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { buildElf, buildGoInfo } from "../../../../test/support/binary-files.ts";
import { buildImage } from "../../../../test/support/built-image.ts";
import { analyseImage } from "../index.ts";

describe("known programs", () => {
  it("give a Go module the version that its build information leaves open", async () => {
    const info = buildGoInfo("go1.22.1", "path\thelm.sh/helm/v3/cmd/helm\nmod\thelm.sh/helm/v3\t(devel)\t\n");
    const image = await buildImage([
      { "usr/local/bin/helm": Buffer.concat([buildElf({}), info, Buffer.from("\0v3.12.1\0", "latin1")]) },
    ]);

    const { packages } = await analyseImage(image);

    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ["pkg:golang/helm.sh/helm/v3@v3.12.1", "pkg:golang/stdlib@1.22.1"],
    );
  });

  it("are left to the distribution where it brought them, also under names that no other file has", async () => {
    const beam = "usr/lib/erlang/erts-13.1.5/bin/beam.smp";
    const text = "Erlang/OTP 25%s [erts-13.1.5]\n\x0025.2.3\0";
    const image = await buildImage([
      {
        "var/lib/dpkg/status": "Package: erlang-base\nStatus: install ok installed\nVersion: 1:25.2.3\n",
        "var/lib/dpkg/info/erlang-base.list": `/${beam}\n/usr/lib/erlang/releases/25/OTP_VERSION\n`,
        [beam]: Buffer.concat([buildElf({}), Buffer.from(text, "latin1")]),
        "usr/lib/erlang/releases/25/OTP_VERSION": "25.2.3\n",
        [`opt/${beam}`]: Buffer.concat([buildElf({}), Buffer.from(text.replaceAll("25", "26"), "latin1")]),
      },
    ]);

    const { packages } = await analyseImage(image);

    const erlang = packages.filter(({ type }) => type === "generic").map(({ purl }) => purl);
    assert.deepEqual(erlang, ["pkg:generic/erlang@26.2.3"]);
  });
});
