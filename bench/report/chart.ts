/** Bar charts as SVG. */

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Ends of the line through the bar's end; left out: none. */
  readonly low?: number;
  readonly high?: number;
}

const LABELS = 470;
const WIDTH = 960;
const ROW = 24;
const TOP = 44;
const FOOT = 30;

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The steps of an axis: 1, 2 or 5 times a power of ten, at most eight of them. */
function stepFor(highest: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(highest, 1) / 8));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => highest / step <= 8) ?? power * 10;
}

/** Horizontal bars from zero, in the order given. */
export function barChart(title: string, unit: string, bars: readonly Bar[]): string {
  const highest = Math.max(1, ...bars.map(({ value, high }) => Math.max(value, high ?? value)));
  const step = stepFor(highest);
  const end = Math.ceil(highest / step) * step;
  const x = (value: number): number => LABELS + (Math.max(0, value) / end) * (WIDTH - LABELS - 70);
  const height = TOP + bars.length * ROW + FOOT;
  const axis = Array.from({ length: Math.round(end / step) + 1 }, (_, index) => index * step).map(
    (value) =>
      `<line x1="${x(value).toFixed(1)}" y1="${TOP - 6}" x2="${x(value).toFixed(1)}" y2="${height - FOOT}" stroke="#ddd"/>` +
      `<text x="${x(value).toFixed(1)}" y="${height - FOOT + 16}" text-anchor="middle" fill="#555">${value}</text>`,
  );
  const rows = bars.map(({ label, value, low, high }, index) => {
    const y = TOP + index * ROW;
    const middle = y + ROW / 2;
    const range =
      low === undefined || high === undefined
        ? ""
        : `<line x1="${x(low).toFixed(1)}" y1="${middle}" x2="${x(high).toFixed(1)}" y2="${middle}" stroke="#222" stroke-width="1.5"/>`;
    return (
      `<text x="${LABELS - 8}" y="${middle + 4}" text-anchor="end">${escape(label)}</text>` +
      `<rect x="${LABELS}" y="${y + 4}" width="${(x(value) - LABELS).toFixed(1)}" height="${ROW - 8}" fill="#3b78b5"/>${range}` +
      `<text x="${(x(Math.max(value, high ?? value)) + 6).toFixed(1)}" y="${middle + 4}" fill="#222">${value.toFixed(1)}</text>`
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" role="img" aria-label="${escape(title)}">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="12" y="22" font-size="15" font-weight="bold">${escape(title)} (${escape(unit)})</text>`,
    ...axis,
    ...rows,
    "</svg>\n",
  ].join("\n");
}
