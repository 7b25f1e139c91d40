import { bodyOf, type Call, type Reply, withBody } from "./call.test-helper.ts";
import type { Layer } from "./layer.test-helper.ts";

/**
 * Lets widgets be crawled at another host than their own, one of the mock's magic ones, and shows nothing of it.
 * @param suffix the last labels of that host, such as `.empty.test`
 */
export function crawledAt(suffix: string): Layer {
  return async (call, next) => {
    const reply = await next(call.operation === "createWidget" ? moved(call, suffix) : call);
    return reply.body === undefined ? reply : withoutSuffix(reply, suffix);
  };
}

function moved(call: Call, suffix: string): Call {
  const body = bodyOf(call);
  const siteUrl = String(body["site_url"]);
  if (!URL.canParse(siteUrl)) return call;
  const url = new URL(siteUrl);
  const { hostname } = url;
  url.hostname = `${hostname}${suffix}`;
  return withBody(call, { domains: [hostname], ...body, site_url: url.href });
}

function withoutSuffix(reply: Reply, suffix: string): Reply {
  return { ...reply, body: JSON.parse(JSON.stringify(reply.body).replaceAll(suffix, "")) };
}
