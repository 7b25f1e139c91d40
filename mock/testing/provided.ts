declare module "vitest" {
  interface ProvidedContext {
    /** Where the run's mock is reached; undefined where the global set-up of `widgets-mock/vitest/setup` has not run. */
    readonly widgetsMockUrl: string | undefined;
  }
}

/** The name by which the global set-up provides, and the fixture injects, where the run's mock is reached. */
export const widgetsMockUrl = "widgetsMockUrl";
