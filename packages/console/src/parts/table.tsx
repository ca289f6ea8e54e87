import type { ComponentChildren, JSX } from "preact";

/** A column: what its head says, and what stands in it for a row. */
export interface Column<T> {
  readonly head: string;
  /**
   * `title` names the row and stands without its head on narrow screens, `number` is set to the right, `tight` is no
   * wider than what it holds, `wide` has room for a bar or a sentence, `actions` has a head for screen readers only.
   */
  readonly kind?: "title" | "number" | "tight" | "wide" | "actions";
  cell(row: T): ComponentChildren;
}

interface TableProps<T> {
  /** Says to screen readers what the table lists. */
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  keyOf(row: T, index: number): string;
}

/** Every table of the console; on narrow screens each row becomes a card whose lines name their columns. */
export function Table<T>({ caption, columns, rows, keyOf }: TableProps<T>): JSX.Element {
  return (
    <div class="table-frame">
      <table>
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.head} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={keyOf(row, index)}>
              {columns.map(({ head, kind, cell }) => (
                <td key={head} class={kind} data-label={kind === "title" || kind === "actions" ? undefined : head}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head<T>({ column: { head, kind } }: { column: Column<T> }): JSX.Element {
  return (
    <th scope="col" class={kind}>
      {kind === "actions" ? <span class="visually-hidden">{head}</span> : head}
    </th>
  );
}
