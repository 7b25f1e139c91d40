import { deletingMutants } from "./mutants/deleting.test-helper.ts";
import { eventMutants } from "./mutants/events.test-helper.ts";
import { lifeMutants } from "./mutants/life.test-helper.ts";
import { listMutants } from "./mutants/lists.test-helper.ts";
import { objectMutants } from "./mutants/objects.test-helper.ts";
import { pausingMutants } from "./mutants/pausing.test-helper.ts";
import { recrawlingMutants } from "./mutants/recrawling.test-helper.ts";
import { scopeMutants } from "./mutants/scope.test-helper.ts";
import { textMutants } from "./mutants/texts.test-helper.ts";
import { updateMutants } from "./mutants/updates.test-helper.ts";
import { visitorMutants } from "./mutants/visitors.test-helper.ts";
import type { Mutant, Probed } from "./subject.test-helper.ts";

/** Every implementation with a deliberate bug: at least one for each documented rule that can be seen. */
export const mutants: readonly (Mutant & Probed)[] = [
  ...scopeMutants,
  ...objectMutants,
  ...textMutants,
  ...listMutants,
  ...lifeMutants,
  ...eventMutants,
  ...updateMutants,
  ...pausingMutants,
  ...deletingMutants,
  ...recrawlingMutants,
  ...visitorMutants,
];
