/** So much is done in a step. */
const valuesOfStep = 2000;

type InOrder<Value> = (one: Value, next: Value) => boolean;

/**
 * Sorts in steps, so that something else can be done between them: a merge sort of the runs that are in order already.
 * @param inOrder true if the first value may come before the second one
 */
export function* sortInSteps<Value>(values: readonly Value[], inOrder: InOrder<Value>): Generator<void, Value[]> {
  let done = 0;
  let runs: Value[][] = [];
  for (let start = 0; start < values.length; ) {
    const end = endOfRun(values, start, inOrder);
    runs.push(values.slice(start, end));
    start = end;
  }
  while (runs.length > 1) {
    const merged: Value[][] = [];
    for (let at = 0; at < runs.length; at += 2) {
      const both: Value[] = [];
      for (const value of inOrderOf(runs[at] ?? [], runs[at + 1] ?? [], inOrder)) {
        both.push(value);
        done++;
        if (done % valuesOfStep === 0) yield;
      }
      merged.push(both);
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

function endOfRun<Value>(values: readonly Value[], start: number, inOrder: InOrder<Value>): number {
  let end = start + 1;
  while (end < values.length && inOrder(values[end - 1] as Value, values[end] as Value)) end++;
  return end;
}

function* inOrderOf<Value>(some: readonly Value[], others: readonly Value[], inOrder: InOrder<Value>) {
  let [a, b] = [0, 0];
  while (a < some.length || b < others.length) {
    const takesSome = b >= others.length || (a < some.length && inOrder(some[a] as Value, others[b] as Value));
    yield (takesSome ? some[a++] : others[b++]) as Value;
  }
}
