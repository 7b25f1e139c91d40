/** The same from another process: every method answers with a promise, and every value is asked for by a method. */
export type OverHttp<Controls> = {
  readonly [name in keyof Controls]: Controls[name] extends (...given: infer Given) => infer Result
    ? (...given: Given) => Promise<Awaited<Result>>
    : Controls[name] extends object
      ? OverHttp<Controls[name]>
      : () => Promise<Controls[name]>;
};
