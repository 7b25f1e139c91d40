import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from "node:zlib";

/** The largest answer that is read, in bytes, before and after decompression. */
export const maxAnswerBytes = 16 * 1024 * 1024;
/** What an answer is told to be that is larger. */
export const tooLarge = `its body is larger than ${maxAnswerBytes / 1024 / 1024} MiB`;

/** The text of an answer's body, or what is wrong with it. */
export interface AnswerText {
  readonly text: string;
  readonly defect?: string;
}

/** Codings that are asked for. */
export const acceptedCodings = "gzip, deflate, br";

const decoders: { readonly [coding: string]: (bytes: Buffer, options: ZlibOptions) => Buffer } = {
  gzip: gunzipSync,
  "x-gzip": gunzipSync,
  // Some send it without the header of zlib (RFC 9110, section 8.4.1.2).
  deflate: (bytes, options) => ((bytes[0] ?? 0) % 16 === 8 ? inflateSync : inflateRawSync)(bytes, options),
  br: brotliDecompressSync,
  identity: (bytes) => bytes,
};

/** Decodes a body by its Content-Encoding; what would be too large is not unpacked to its end. */
export function answerText(body: Buffer, contentEncoding = ""): AnswerText {
  let bytes = body;
  const codings = contentEncoding
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim());
  for (const coding of body.length === 0 ? [] : codings.filter((one) => one !== "").reverse()) {
    const decode = decoders[coding];
    if (!decode) return { text: "", defect: `its body has the content coding "${coding}", which was not asked for` };
    try {
      bytes = decode(bytes, { maxOutputLength: maxAnswerBytes });
    } catch (error) {
      const isLarge = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
      return { text: "", defect: isLarge ? tooLarge : `its body cannot be decoded as ${coding}` };
    }
  }
  return { text: new TextDecoder().decode(bytes) };
}
