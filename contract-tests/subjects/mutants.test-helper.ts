import { cacheMutants } from "./mutants/caches.test-helper.ts";
import { creatingMutants } from "./mutants/creating.test-helper.ts";
import { deletingMutants } from "./mutants/deleting.test-helper.ts";
import { deletingOthersMutants } from "./mutants/deleting-others.test-helper.ts";
import { eventMutants } from "./mutants/events.test-helper.ts";
import { identityMutants } from "./mutants/identity.test-helper.ts";
import { indexMutants } from "./mutants/indexes.test-helper.ts";
import { lifeMutants } from "./mutants/life.test-helper.ts";
import { listMutants } from "./mutants/lists.test-helper.ts";
import { memberMutants } from "./mutants/members.test-helper.ts";
import { namingMutants } from "./mutants/naming.test-helper.ts";
import { neighbourMutants } from "./mutants/neighbours.test-helper.ts";
import { pausingMutants } from "./mutants/pausing.test-helper.ts";
import { pausingKeepsMutants } from "./mutants/pausing-keeps.test-helper.ts";
import { readMutants } from "./mutants/reads.test-helper.ts";
import { recrawledMutants } from "./mutants/recrawled.test-helper.ts";
import { recrawlingMutants } from "./mutants/recrawling.test-helper.ts";
import { scopeMutants } from "./mutants/scope.test-helper.ts";
import { sequenceMutants } from "./mutants/sequences.test-helper.ts";
import { serverErrorMutants } from "./mutants/server-errors.test-helper.ts";
import { textMutants } from "./mutants/texts.test-helper.ts";
import { updateKeepsMutants } from "./mutants/update-keeps.test-helper.ts";
import { updateMutants } from "./mutants/updates.test-helper.ts";
import { visitorMutants } from "./mutants/visitors.test-helper.ts";
import type { Mutant, Probed } from "./subject.test-helper.ts";

/** Every implementation with a deliberate bug: at least one for each documented rule that can be seen. */
export const mutants: readonly (Mutant & Probed)[] = [
  ...scopeMutants,
  ...cacheMutants,
  ...serverErrorMutants,
  ...identityMutants,
  ...memberMutants,
  ...textMutants,
  ...listMutants,
  ...readMutants,
  ...creatingMutants,
  ...lifeMutants,
  ...eventMutants,
  ...updateMutants,
  ...updateKeepsMutants,
  ...pausingMutants,
  ...pausingKeepsMutants,
  ...deletingMutants,
  ...deletingOthersMutants,
  ...recrawlingMutants,
  ...namingMutants,
  ...neighbourMutants,
  ...indexMutants,
  ...sequenceMutants,
  ...recrawledMutants,
  ...visitorMutants,
];
