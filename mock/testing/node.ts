export { ControlError } from "../controls/control-error.ts";
export type { RemoteControls } from "../controls/control-groups.ts";
export { type Listening, type ListenOptions, listen } from "../http/listen.ts";
export { type RemoteWorld, remoteWorld } from "./remote-world.ts";
