import { html, type Markup } from "../../../spec/text/markup.ts";
import type { ReportedMoment, ReportedTimeline } from "../report.ts";

/** Sizes of the drawing, in its own units. */
const labels = 64;
const left = 94;
const right = 72;
const minGap = 52;
const rows = { write: 22, observation: 58, band: 88, read: 140, axis: 180, height: 204 };
const bandHeight = 26;
const maxExpectedLength = 60;
/** Statuses with a colour of their own. */
const colouredStatuses = ["draft", "active", "paused"];

/** A moment and its place on the time axis. */
interface PlacedMoment extends ReportedMoment {
  readonly x: number;
}

/**
 * Draws the timeline of a widget: requests that write and observations above, the status as bands, reads below, and the
 * time at the bottom. Time is not to scale: a minute of waiting must not hide what happened in a second. Where it does not
 * fit, it scrolls beside the labels of its rows.
 */
export function timelineSvg({ widgetId, moments }: ReportedTimeline, expected: string): Markup {
  const placed = placeMoments(moments);
  const end = (placed.at(-1)?.x ?? left) + right;
  const finding = placed.find(({ isFinding }) => isFinding);
  const text = expected.length > maxExpectedLength ? `${expected.slice(0, maxExpectedLength - 1)}…` : expected;
  const width = Math.max(end, 320, (finding?.x ?? 0) + 80 + text.length * 6);
  const hasObservations = placed.some(({ kind }) => kind === "event" || kind === "adapter");
  return html`<div class="drawing" tabindex="0"><svg class="timeline rows" width="${labels}" height="${rows.height}" aria-hidden="true">
${rowLabel("requests", rows.write + 4)}${hasObservations ? rowLabel("observed", rows.observation + 4) : undefined}${rowLabel("status", rows.band + bandHeight / 2 + 4)}${rowLabel("reads", rows.read + 4)}
</svg><svg class="timeline" viewBox="${labels} 0 ${width - labels} ${rows.height}" width="${width - labels}" height="${rows.height}" role="img" aria-label="Timeline of the widget ${widgetId}">
${statusBands(placed, end)}
${finding ? findingMark(finding, text) : undefined}
${placed.map(momentMark)}
<line class="axis" x1="${left - 14}" x2="${end - 10}" y1="${rows.axis}" y2="${rows.axis}"/>
${timeTicks(placed)}
</svg></div>`;
}

function rowLabel(text: string, y: number): Markup {
  return html`<text class="row" x="0" y="${y}">${text}</text>`;
}

/** Places each moment to the right of the one before, farther the more time has passed. */
function placeMoments(moments: readonly ReportedMoment[]): PlacedMoment[] {
  let x = left;
  return moments.map((moment, index) => {
    const before = moments[index - 1];
    if (before) x += minGap + 12 * Math.log1p(Math.max(0, moment.startMs - before.startMs) / 1000);
    return { ...moment, x: Math.round(x) };
  });
}

function isRead({ kind }: ReportedMoment): boolean {
  return kind === "read" || kind === "list";
}

/** Marks the violation, with what was expected there. */
function findingMark(finding: PlacedMoment, expected: string): Markup {
  const { x } = finding;
  const [from, to] = isRead(finding) ? [6, rows.read - 12] : [rows.band, rows.axis];
  const y = isRead(finding) ? 14 : rows.read - 6;
  return html`<line class="found" x1="${x}" x2="${x}" y1="${from}" y2="${to}"/><text class="expected" x="${x + 6}" y="${y}">${expected === "" ? "" : `expected: ${expected}`}</text>`;
}

/** Draws each status until the next moment that shows a status or may change it. */
function statusBands(placed: readonly PlacedMoment[], end: number): Markup[] {
  const endsBand = ({ widgetStatus, kind }: PlacedMoment) => widgetStatus !== undefined || kind === "write";
  const bands = placed.flatMap((moment, index) => {
    const { widgetStatus } = moment;
    if (widgetStatus === undefined) return [];
    const to = placed.slice(index + 1).find(endsBand)?.x ?? end - 12;
    const status = widgetStatus ?? "missing";
    const kind = widgetStatus === null ? "missing" : colouredStatuses.includes(status) ? status : "other";
    // A status is written where its band begins, and not repeated.
    const isNew = placed.slice(0, index).findLast(endsBand)?.widgetStatus !== widgetStatus;
    return [{ ...moment, to, status, kind, isNew }];
  });
  return [
    ...bands.map(
      ({ x, to, kind }) =>
        html`<rect class="band ${kind}" x="${x}" y="${rows.band}" width="${Math.max(4, to - x)}" height="${bandHeight}"/>`,
    ),
    ...bands
      .filter(({ isNew }) => isNew)
      .map(({ x, status, isFinding }) => {
        const kind = isFinding ? "word bad" : "word";
        return html`<text class="${kind}" x="${x + 5}" y="${rows.band + 17}">${status.slice(0, 20)}</text>`;
      }),
  ];
}

function momentMark(moment: PlacedMoment): Markup {
  const { x, kind, source, httpStatus, result, isFinding } = moment;
  const name = /^[a-z]+(?=[A-Z])/.exec(source)?.[0] ?? source;
  const title = html`<title>${`${source} ${httpStatus ?? ""}`.trim()}</title>`;
  const tone = isFinding ? " bad" : "";
  if (isRead(moment)) {
    return html`<g class="mark${tone}">${title}<line x1="${x}" x2="${x}" y1="${rows.band + bandHeight}" y2="${rows.read - 12}"/><circle cx="${x}" cy="${rows.read - 8}" r="4"/><text x="${x}" y="${rows.read + 10}">${name}</text><text class="value" x="${x}" y="${rows.read + 22}">${httpStatus ?? "–"}</text></g>`;
  }
  const y = kind === "event" || kind === "adapter" ? rows.observation : rows.write;
  return html`<g class="mark ${kind}${tone}">${title}<line x1="${x}" x2="${x}" y1="${y + 14}" y2="${rows.band}"/><text x="${x}" y="${y - 6}">${kind === "other" ? `(${name})` : name}</text><text class="value" x="${x}" y="${y + 6}">${httpStatus ?? result ?? ""}</text><path d="M${x - 4} ${y + 12}h8l-4 6z"/></g>`;
}

function timeTicks(placed: readonly PlacedMoment[]): Markup[] {
  return placed.flatMap(({ x, startMs }, index) => {
    const before = placed[index - 1];
    const isLast = index === placed.length - 1;
    if (!isLast && before && secondsText(before.startMs) === secondsText(startMs)) return [];
    return [
      html`<line class="axis" x1="${x}" x2="${x}" y1="${rows.axis}" y2="${rows.axis + 5}"/><text class="time" x="${x}" y="${rows.axis + 18}">${secondsText(startMs)}</text>`,
    ];
  });
}

function secondsText(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms / 100) / 10} s` : `${Math.round(ms / 1000)} s`;
}
