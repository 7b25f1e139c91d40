import type { WidgetsDocument } from "../../../spec/document.ts";
import { asCollection } from "./convert.ts";
import { httpEnvironments, httpFile } from "./http-file.ts";
import { lifeOfAWidget } from "./life.ts";
import { lifeRequests, postmanCollection } from "./postman.ts";

/** The life of a widget to click through and to run: its path below the house, and what should be in it. */
export async function httpOutputs(document: WidgetsDocument): Promise<[string, string][]> {
  const { title, version } = document.info;
  const baseUrl = document.servers[0]?.url ?? "http://127.0.0.1:4010";
  const converted = await asCollection(document);
  const requests = lifeRequests(converted, lifeOfAWidget(document));
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  return [
    ["fixtures/http/life-of-a-widget.postman_collection.json", json(postmanCollection(converted, requests, baseUrl))],
    ["fixtures/http/life-of-a-widget.http", httpFile(title, version, requests)],
    ["fixtures/http/http-client.env.json", json(httpEnvironments(baseUrl))],
  ];
}
