import { test } from "vitest";
import { alwaysWrong, expectNamed } from "./always-wrong.test-helper.ts";

test.each(alwaysWrong)("%s that always answers %s is named under its own rule", expectNamed);
