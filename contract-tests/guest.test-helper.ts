import { createMock } from "../mock/index.ts";
import type { Target } from "./target.ts";

/** The credential of the organization that the tests belong to. */
export const authorization = "Bearer sk_test_own";

/** A request that creates a widget by a name. */
export const createRequest = (name: string) =>
  new Request("http://mock.test/api/v1/widgets", {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ name, site_url: "https://n.example" }),
  });

/** A mock as the contract tests reach it; `between` may stand before its answers. */
export function watchedTarget(between: (request: Request, answer: () => Promise<Response>) => Promise<Response>) {
  const mock = createMock({ clock: "manual" });
  const target: Target = {
    baseUrl: "http://mock.test",
    credential: { authorization },
    fetch: (request) => between(request, () => mock.fetch(request)),
    advance: (milliseconds) => void mock.clock.advance({ seconds: milliseconds / 1000 }),
  };
  const names = async () => {
    const response = await mock.fetch(
      new Request("http://mock.test/api/v1/widgets?limit=100", { headers: { authorization } }),
    );
    return (await response.json()).data.map(({ name }: { name: string }) => name);
  };
  return { mock, target, names };
}
