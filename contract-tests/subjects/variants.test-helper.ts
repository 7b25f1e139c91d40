import type { Probed, Variant } from "./subject.test-helper.ts";
import { choiceVariants } from "./variants/choices.test-helper.ts";
import { contentVariants } from "./variants/contents.test-helper.ts";
import { eventVariants } from "./variants/events.test-helper.ts";
import { listVariants } from "./variants/lists.test-helper.ts";
import { recrawlVariants } from "./variants/recrawls.test-helper.ts";
import { refusalVariants } from "./variants/refusals.test-helper.ts";
import { replyVariants } from "./variants/replies.test-helper.ts";
import { timeVariants } from "./variants/times.test-helper.ts";
import { troubleVariants } from "./variants/trouble.test-helper.ts";

/** Every implementation that differs from the mock's default and is honest all the same. */
export const variants: readonly (Variant & Probed)[] = [
  ...choiceVariants,
  ...listVariants,
  ...replyVariants,
  ...refusalVariants,
  ...contentVariants,
  ...timeVariants,
  ...recrawlVariants,
  ...troubleVariants,
  ...eventVariants,
];
