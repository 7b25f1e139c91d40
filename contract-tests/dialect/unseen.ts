import type { RuleId } from "../../spec/generated/rules.ts";

/** Why a rule was not seen, where it is not that a run ended before it came to it. */
export const unseen: { readonly [rule in RuleId]?: string } = {
  // What no run ever sees.
  "A-VAL-2": "nothing is sent that is no JSON",
  "A-CREATE-2": "nothing but a name and a site is sent with a create",
  "A-ENUM-3": "no other voice is tried than those that are documented",
  "A-PATCH-7": "no adapter reads a conversation that is running",
  "A-PAUSE-4": "no adapter reads a conversation that is running",
  "A-RECRAWL-5": "no recrawl can be made to fail",
  "A-EVENT-4": "when reads show what an event tells cannot be told from when it came",
  "A-EVENT-5": "whoever runs the tests subscribes",
  "A-VIS-5": "no page with another spelling of a host is tried",
  "A-TIME-1": "reads come when they have to show what was written",
  "A-TIME-2": "the end of a recrawl shows in no documented member",
  "A-ORDER-1": "nothing is sent that is wrong in two ways",
  // What depends on the target, or on how the run went.
  "A-VAL-4": "a site that nothing can be at was accepted, as any other",
  "A-CREATE-4": "no create came after another one of its name",
  "A-FAIL-1": "no crawl is known to have failed",
  "A-RECRAWL-4": "no crawl is known to have failed",
  "A-RECRAWL-2": "no recrawl is known to have come while a crawl was running",
  "A-PAUSE-3": "no pause is known to have come while a widget was a draft",
  "A-EVENT-1": "no event came",
  "A-EVENT-2": "too few events came, or they had no webhook-id",
  "A-EVENT-3": "no event came, or none had a webhook-id, or a recrawl was not waited for long enough",
  "A-VIS-1": "there are no such operations of a visitor",
  "A-VIS-2": "there are no such operations of a visitor",
  "A-VIS-3": "there are no such operations of a visitor",
  "A-VIS-4": "there are no such operations of a visitor",
  "A-VIS-6": "there are no such operations of a visitor",
  "A-RATE-1": "no call was turned away for its pace",
  "A-OUT-1": "there was no outage",
};

/** What is said of every other rule that was not seen. */
export const notAsked =
  "nothing was asked that shows it; --effort normal asks more than quick, and few widgets show less";
