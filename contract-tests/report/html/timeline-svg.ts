import type { ReportedMoment, ReportedTimeline } from "../report.ts";
import { html, type Markup } from "./markup.ts";

/** Sizes of the drawing, in its own units. */
const left = 76;
const right = 72;
const shortestGap = 52;
const rows = { write: 22, told: 58, band: 88, read: 140, axis: 180, height: 204 };
/** Of what would have been right. */
const longestRight = 60;
const bandHeight = 26;

/** A moment with its place on the time axis. */
interface Placed extends ReportedMoment {
  readonly x: number;
}

/**
 * A widget's story as a drawing: what was done above, the status that was seen as bands, reads below, and time at the foot.
 * Time is not to scale: a minute of waiting must not hide what happened in a second.
 */
export function timelineSvg({ widget, moments }: ReportedTimeline, expected: string): Markup {
  const placed = placedOn(moments);
  const end = (placed.at(-1)?.x ?? left) + right;
  const found = placed.find(({ isFinding }) => isFinding);
  const says = expected.length > longestRight ? `${expected.slice(0, longestRight - 1)}…` : expected;
  const width = Math.max(end, 320, (found?.x ?? 0) + 60 + says.length * 6);
  return html`<svg class="timeline" viewBox="0 0 ${width} ${rows.height}" width="${width}" height="${rows.height}" role="img" aria-label="${`What was done with ${widget}, and what was seen of it`}">
${label("done", rows.write + 4)}${label(
  "told",
  rows.told + 4,
  placed.some(({ kind }) => kind === "told"),
)}${label("status", rows.band + bandHeight / 2 + 4)}${label("read", rows.read + 4)}
${bands(placed, end)}
${found ? foundMark(found, says) : undefined}
${placed.map(mark)}
<line class="axis" x1="${left - 14}" x2="${end - 10}" y1="${rows.axis}" y2="${rows.axis}"/>
${ticks(placed)}
</svg>`;
}

/** Where the story cannot be true any more, and what would have been right there. */
function foundMark({ x, kind }: Placed, says: string): Markup {
  const [from, to] = kind === "read" || kind === "list" ? [6, rows.read - 12] : [rows.band, rows.axis];
  const y = from === 6 ? 14 : rows.read - 6;
  return html`<line class="found" x1="${x}" x2="${x}" y1="${from}" y2="${to}"/><text class="right" x="${x + 6}" y="${y}">${says === "" ? "" : `right: ${says}`}</text>`;
}

function label(text: string, y: number, isShown = true): Markup | undefined {
  return isShown ? html`<text class="row" x="0" y="${y}">${text}</text>` : undefined;
}

/** Each moment to the right of the one before, farther the more time has passed. */
function placedOn(moments: readonly ReportedMoment[]): Placed[] {
  let x = left;
  return moments.map((moment, index) => {
    const before = moments[index - 1];
    if (before) x += shortestGap + 12 * Math.log1p(Math.max(0, moment.from - before.from) / 1000);
    return { ...moment, x: Math.round(x) };
  });
}

/** The status from where it was seen to where it was seen again, or something was done that may change it. */
function bands(placed: readonly Placed[], end: number): Markup[] {
  const tells = ({ shows, kind }: Placed) => shows !== undefined || kind === "write";
  const all = placed.flatMap((moment, index) => {
    if (moment.shows === undefined) return [];
    const to = placed.slice(index + 1).find(tells)?.x ?? end - 12;
    const word = moment.shows ?? "missing";
    const kind = moment.shows === null ? "missing" : known.includes(word) ? word : "other";
    // A word stands where its band begins, and is not said again.
    const isNew = placed.slice(0, index).findLast(tells)?.shows !== moment.shows;
    return [{ ...moment, to, word, kind, isNew }];
  });
  const { band } = rows;
  return [
    ...all.map(
      ({ x, to, kind }) =>
        html`<rect class="band ${kind}" x="${x}" y="${band}" width="${Math.max(4, to - x)}" height="${bandHeight}"/>`,
    ),
    ...all
      .filter(({ isNew }) => isNew)
      .map(({ x, word, isFinding }) => {
        const kind = isFinding ? "word bad" : "word";
        return html`<text class="${kind}" x="${x + 5}" y="${band + 17}">${word.slice(0, 20)}</text>`;
      }),
  ];
}

const known = ["draft", "active", "paused"];

function mark({ x, kind, call, answer, says, isFinding }: Placed): Markup {
  const name = /^[a-z]+(?=[A-Z])/.exec(call)?.[0] ?? call;
  const title = html`<title>${`${call}${answer === undefined ? "" : ` ${answer}`}`}</title>`;
  const isBad = isFinding ? " bad" : "";
  if (kind === "read" || kind === "list") {
    return html`<g class="mark${isBad}">${title}<line x1="${x}" x2="${x}" y1="${rows.band + bandHeight}" y2="${rows.read - 12}"/><circle cx="${x}" cy="${rows.read - 8}" r="4"/><text x="${x}" y="${rows.read + 10}">${name}</text><text class="answer" x="${x}" y="${rows.read + 22}">${answer ?? "–"}</text></g>`;
  }
  const y = kind === "told" ? rows.told : rows.write;
  return html`<g class="mark ${kind}${isBad}">${title}<line x1="${x}" x2="${x}" y1="${y + 14}" y2="${rows.band}"/><text x="${x}" y="${y - 6}">${kind === "beside" ? `(${name})` : name}</text><text class="answer" x="${x}" y="${y + 6}">${answer ?? says ?? ""}</text><path d="M${x - 4} ${y + 12}h8l-4 6z"/></g>`;
}

function ticks(placed: readonly Placed[]): Markup[] {
  return placed.flatMap(({ x, from }, index) => {
    const before = placed[index - 1];
    if (before && seconds(before.from) === seconds(from)) return [];
    return [
      html`<line class="axis" x1="${x}" x2="${x}" y1="${rows.axis}" y2="${rows.axis + 5}"/><text class="time" x="${x}" y="${rows.axis + 18}">${seconds(from)}</text>`,
    ];
  });
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms / 100) / 10} s` : `${Math.round(ms / 1000)} s`;
}
