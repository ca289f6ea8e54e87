import type { JSX } from "preact";
import type { Image, ScanGap } from "../../api/types/index.ts";
import { usePages } from "../../api/use-pages.ts";
import { Empty, Loading } from "../../parts/empty.tsx";
import { MoreButton } from "../../parts/more-button.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { useText } from "../../text/language.ts";

/** What the scan could not read. */
export function ProblemsTab({ image }: { image: Image }): JSX.Element {
  const { t } = useText();
  const pages = usePages<ScanGap>(`/images/${image.id}/problems`);
  if (!pages.items) return pages.problem ? <ProblemNote problem={pages.problem} retry={pages.reload} /> : <Loading />;
  if (pages.items.length === 0) return <Empty title={t("gap.none")} />;
  return (
    <>
      <div class="table-frame">
        <table>
          <thead>
            <tr>
              <th scope="col">{t("gap.code")}</th>
              <th scope="col">{t("gap.reason")}</th>
              <th scope="col">{t("package.path")}</th>
            </tr>
          </thead>
          <tbody>
            {pages.items.map((gap, index) => (
              <tr key={`${index} ${gap.path}`}>
                <td data-label={t("gap.code")} class="tight">
                  <code>{gap.code}</code>
                </td>
                <td data-label={t("gap.reason")}>{gap.reason}</td>
                <td data-label={t("package.path")}>
                  <code class="small-text">{gap.path ?? "–"}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <MoreButton pages={pages} />
    </>
  );
}
