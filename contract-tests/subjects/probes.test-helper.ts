import type { Json } from "../../spec/merge-patch.ts";
import type { Probe } from "./subject.test-helper.ts";
import type { Seen, User } from "./user.test-helper.ts";

/** What a get shows of an active widget after an update. */
export async function readBack(user: User, update: Json): Promise<Seen["body"]> {
  const { id } = (await user.active()).body;
  await user.update(id, update);
  return (await user.get(id)).body;
}

/** What a get shows of a member after it was written. */
export async function sentBack(user: User, member: string, value: Json): Promise<Json> {
  return (await readBack(user, { [member]: value }))[member];
}

/** Whether a member is read as another value than was written. */
export function isSpoilt(member: string, value: Json): Probe {
  return async (user) => JSON.stringify(await sentBack(user, member, value)) !== JSON.stringify(value);
}

/** Whether something done to an active widget changes a member that it should not. */
export function changes(member: string, act: (user: User, id: string) => Promise<unknown>): Probe {
  return async (user) => {
    const before = (await user.active(written)).body;
    user.wait(1000);
    await act(user, before.id);
    user.wait(20_000);
    return JSON.stringify((await user.get(before.id)).body[member]) !== JSON.stringify(before[member]);
  };
}

/** Whether an update is refused. */
export function refuses(update: Json): Probe {
  return async (user) => {
    const { id } = (await user.active()).body;
    return (await user.update(id, update)).status >= 400;
  };
}

/** What no default is. */
export const written = {
  persona: "You are Sam.\nYou cater.",
  voice: "Aoede",
  theme: { mode: "light", primary: "#ff6600", radius: 4 },
  suggested_prompts: ["Can you cater for 50?", "What's on the menu?"],
  intro_title: "Hi, I'm Sam",
  show_label: false,
};

/** Deletes an active widget that a visitor has talked to, and looks. */
export function afterDelete(look: (user: User, id: string) => Promise<boolean>): Probe {
  return async (user) => {
    const { id } = (await user.active()).body;
    await user.converse(id);
    await user.delete(id);
    return look(user, id);
  };
}
