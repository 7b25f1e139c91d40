import { printableText } from "../../spec/text/printable-text.ts";
import type { ReportedRequest } from "./rehearsal-report.ts";

/** Describes a request in a line: `POST /api/v1/widgets -> 201, request 3 of 17`. */
export function describeRequest({ method, path, status, place, of }: ReportedRequest): string {
  const answer = status === 0 ? "no answer" : String(status);
  return `${printableText(method, 20)} ${printableText(path, 200)} -> ${answer}, request ${place} of ${of}`;
}
