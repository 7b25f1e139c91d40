import { loopDelayOf } from "./loop-delay.ts";

/*
 * The program of a process that holds as many strings as a large organization has widgets, in a bare Map, and sends the
 * delay of its event loop while one after the other is replaced: `node large-map.ts <size> <seconds>`.
 */

/** About as long as a widget's JSON. */
const stringLength = 900;

const [size = 0, seconds = 0] = process.argv.slice(2).map(Number);
const map = new Map<string, string>();
// Flat, as a text that was received is.
const text = (number: number) => Buffer.alloc(stringLength, `widget ${number} `).toString("latin1");
let number = 0;
const put = () => map.set(`wgt_${number % size}`, text(number++));
while (map.size < size) put();
process.send?.(await loopDelayOf(put, seconds));
