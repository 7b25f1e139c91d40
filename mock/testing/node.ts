export type { CheckedDocument } from "../../spec/checked-document.ts";
export { DocumentError } from "../../spec/checks/document-error.ts";
export { readDocument } from "../../spec/read-document.ts";
export { ControlError } from "../controls/control-error.ts";
export type { RemoteControls } from "../controls/control-groups.ts";
export { type ApiCoverage, mergeCoverage } from "../coverage/coverage.ts";
export { writeCoverage } from "../coverage/report/coverage-files.ts";
export { type Listening, type ListenOptions, listen } from "../http/listen.ts";
export { type RemoteWorld, remoteWorld } from "./remote-world.ts";
