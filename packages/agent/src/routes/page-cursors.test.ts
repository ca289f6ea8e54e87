import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createPageCursors } from "./page-cursors.ts";

const PAGES = [["a", "b", "c"], [], ["d"], ["e", "f"]];

describe("page cursors", () => {
  it("cut a listing into pages of the caller's size and read it once", async () => {
    const listing = countedListing();
    const cursors = createPageCursors<string>();

    const pages = await readAll(cursors, listing);

    assert.deepEqual(pages, [
      ["a", "b"],
      ["c", "d"],
      ["e", "f"],
    ]);
    assert.equal(listing.opened, 1);
  });

  it("begin again at the right place when the listing was forgotten or is used twice", async () => {
    const listing = countedListing();
    const first = await createPageCursors<string>().page({ scope: "s", limit: 2, open: listing.open });

    const elsewhere = createPageCursors<string>();
    const again = await elsewhere.page({ scope: "s", cursor: first.nextCursor, limit: 3, open: listing.open });
    const twice = await elsewhere.page({ scope: "s", cursor: first.nextCursor, limit: 3, open: listing.open });

    assert.deepEqual(
      [again.items, twice.items],
      [
        ["c", "d", "e"],
        ["c", "d", "e"],
      ],
    );
  });

  it("end a listing that is let go when too many are open", async () => {
    const listing = countedListing();
    const cursors = createPageCursors<string>({ maxOpen: 1 });

    await cursors.page({ scope: "s", limit: 1, open: listing.open });
    await cursors.page({ scope: "s", limit: 1, open: listing.open });
    await new Promise((resolve) => setImmediate(resolve));

    assert.equal(listing.ended, 1);
  });

  it("are refused for another listing, and when they are no cursors", async () => {
    const { open } = countedListing();
    const cursors = createPageCursors<string>();
    const { nextCursor } = await cursors.page({ scope: "mine", limit: 1, open });

    for (const cursor of [nextCursor, "nonsense", "bnVsbA"]) {
      await assert.rejects(cursors.page({ scope: "yours", cursor, limit: 1, open }), { code: "INPUT_INVALID" });
    }
  });
});

function countedListing() {
  const counts = { opened: 0, ended: 0 };
  return Object.assign(counts, {
    async *open() {
      counts.opened += 1;
      try {
        yield* PAGES;
      } finally {
        counts.ended += 1;
      }
    },
  });
}

async function readAll(
  cursors: ReturnType<typeof createPageCursors<string>>,
  { open }: { open: () => AsyncIterable<string[]> },
) {
  const pages: (readonly string[])[] = [];
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await cursors.page({ scope: "s", cursor, limit: 2, open });
    pages.push(items);
    cursor = nextCursor;
  } while (cursor !== undefined);
  return pages;
}
