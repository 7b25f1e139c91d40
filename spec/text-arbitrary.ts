import * as fc from "fast-check";
import type { Schema } from "./document.ts";

/** Keywords for texts. */
export interface TextLimits {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly format?: string;
}

/** Generators for the formats in the subset of JSON Schema that the document uses. */
const formats: { readonly [format: string]: () => fc.Arbitrary<string> } = {
  "date-time": () => times().map((time) => `${time.toISOString().slice(0, 19)}Z`),
  date: () => times().map((time) => time.toISOString().slice(0, 10)),
  time: () => times().map((time) => `${time.toISOString().slice(11, 19)}Z`),
  uri: () => fc.webUrl({ withQueryParameters: true, withFragments: true }),
  "uri-reference": () => fc.oneof(fc.constant("about:blank"), fc.webPath(), fc.webUrl()),
  email: () => fc.emailAddress(),
  hostname: () => fc.domain(),
  ipv4: () => fc.ipV4(),
  ipv6: () => fc.ipV6(),
  uuid: () => fc.uuid(),
};

/**
 * Generates any text that is valid for a schema: by its format or pattern, or else of any characters, now and then one that
 * services tend to corrupt, and one that is as long as possible.
 * @param isPrintable whether it has only characters that every service has to take: no control characters, none without a meaning
 */
export function textOf(schema: Schema & TextLimits, isPrintable = false): fc.Arbitrary<string> {
  const { format, pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  const formed = format === undefined ? undefined : formats[format]?.();
  if (!formed && pattern === undefined) return freeText(schema, isPrintable);
  const expression = pattern === undefined ? undefined : new RegExp(pattern, "u");
  const any = formed ?? fc.stringMatching(expression as RegExp);
  const fitting = any.filter((text) => {
    // JSON Schema counts characters, not code units.
    const length = [...text].length;
    return length >= minLength && length <= maxLength && (expression?.test(text) ?? true);
  });
  return withExamples(fitting, schema);
}

/** Texts of one line that services tend to corrupt. */
const corruptibleLines = [
  // Every plane, joined emoji, what can be composed, both directions.
  "Zoë 漢字 e\u0301 👩‍🍳 \u200fעברית\u200e",
  '<b>"A & B"</b> O\'Neil',
  "",
  "  two  spaces around  ",
  // A number to whoever guesses types.
  "007.10",
  "null",
];

/** The same, of as many lines as one likes. */
const corruptibleTexts = corruptibleLines.with(
  1,
  'First line\n\tsecond "quoted" <b>it\'s</b>\r\nthird & last\\ {{brand}} $x %s',
);

/** The characters of which texts are made, the simplest first: a counterexample has as many of those as it can. */
const alphabet = [
  ...new Set(["a", "b", "0", ...corruptibleLines.join(""), ...corruptibleTexts.join(""), ..."ÄøßЖक한🥐🇩🇪"]),
];

/**
 * Texts without a form that services tend to corrupt, each as far as the schema allows: of other scripts, with markup, empty,
 * with outer spaces, that look like numbers, and the longest.
 * @param isMultiline whether a text may have several lines
 */
export function corruptibleTextsOf({ minLength = 0, maxLength }: Schema & TextLimits, isMultiline = false): string[] {
  const texts = isMultiline ? corruptibleTexts : corruptibleLines;
  const fitting = texts.filter((text) => text.length >= minLength && text.length <= (maxLength ?? text.length));
  return maxLength === undefined ? fitting : [...fitting, longText(maxLength)];
}

/** A text that a reader can tell the length of, and where it was cut. */
function longText(length: number): string {
  return Array.from({ length: Math.ceil(length / 10) }, (_, n) => String(n * 10).padEnd(10, "."))
    .join("")
    .slice(0, length);
}

function freeText(schema: Schema & TextLimits, isPrintable: boolean): fc.Arbitrary<string> {
  const { minLength = 0, maxLength } = schema;
  const limits = { minLength, ...(maxLength === undefined ? {} : { maxLength }) };
  const ofAlphabet = fc.string({ ...limits, unit: fc.constantFrom(...alphabet) });
  const corruptible = fc.constantFrom(...corruptibleTextsOf(schema));
  // The first one that can have made a text shrinks it.
  if (isPrintable) return fc.oneof(ofAlphabet, corruptible);
  const some = fc.oneof(ofAlphabet, fc.string(limits), fc.string({ ...limits, unit: "binary" }), corruptible);
  if (maxLength === undefined) return withExamples(some, schema);
  const longest = fc.constantFrom("x".repeat(maxLength), "🥐".repeat(maxLength));
  return withExamples(
    fc.oneof({ weight: 39, arbitrary: some }, { weight: 1, arbitrary: longest.filter((text) => text !== "") }),
    schema,
  );
}

/** Adds, now and then, one of the examples in the document. */
function withExamples(any: fc.Arbitrary<string>, { examples = [] }: Schema): fc.Arbitrary<string> {
  const known = examples.filter((example) => typeof example === "string");
  return known.length === 0
    ? any
    : fc.oneof({ weight: 2, arbitrary: any }, { weight: 1, arbitrary: fc.constantFrom(...known) });
}

/** Generates times that RFC 3339 can express, to the second. */
function times(): fc.Arbitrary<Date> {
  return fc.date({ min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true });
}
