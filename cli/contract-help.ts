/** What `widgets-mock contract --help` prints. */
export const contractHelp = `widgets-mock contract <base-url>: tells whether an implementation keeps the documented promises.

It makes widgets of its own, looks at nothing else, and deletes them at the end. A verdict is PASS, FAIL, WARN,
inconclusive (it was seen once and never again) or not observed. Departures from what is only assumed are spared: they
are noted, as the dialect of the implementation.

Whose
  --api-key <key>              or WIDGETS_API_KEY, sent as Bearer
  --auth-header 'Name: value'  another credential
  --second-api-key <key>       another organization's; without it SCOPE-2 is not observed
  --header 'Name: value'       sent always, and shown in reports: no credential; repeatable
  --site <url>                 sites that can be crawled, {n} is replaced; without it hosts under .example
  --adapter <which>            a module that makes visible what the API does not show: its default export is
                               a function of { baseUrl, apiKey } that gives an Adapter (see widgets-mock/contract);
                               or mock, or none. By itself mock, where that is on this machine

Webhooks
  --webhook-port <n>           listens for them on 127.0.0.1:<n>; by itself on a free port, where the mock on this
                               machine is looked at
  --webhook-public-url <url>   where the target reaches that
  --webhook-secret <secret>    what they are signed with, whsec_…
  --webhook-subscribed         the target sends them there: without it silence is not observed

How much
  --effort <name>              quick, normal (default) or thorough
  --rules <glob,…>             only these, such as PAUSE-*; it plans no more than they need
  --replay <file>              does a counterexample again, one of replay/ in the folder of a report
  --seed <n>                   what is random is made from it (1)
  --max-widgets <n>            40 where the target is not on this machine, else 400
  --max-rps <n>                calls a second: 5 where it is not on this machine, else any
  --max-list-calls <n>         300 where it is not on this machine, else 2000
  --time-limit <time>          30m where it is not on this machine: then it ends, and deletes what it made
  --crawl-timeout <time>       how long a first crawl may take (10m)
  --read-lag <time>            how old what a read shows may be: 2s, 0 on this machine
  --plan                       prints the price and stops

What then
  --report <folder>            writes report.html, one page to read; report.json, report.md, junit.xml, history.jsonl,
                               ledger.jsonl, what was found as replay/<rule>.json, and dialect.json, which
                               widgets-mock --dialect dialect.json acts out
  --compare <report.json>      shows how verdicts and dialect differ from an earlier report, or another target's
  --expect <dialect.json>      a recorded dialect, or the name of one: departures from it warn
  --expect-level <level>       warn (default) or fail: what they do instead
  --fail-on <level>            fail (default) or warn
  --fail-on-not-observed       rules without a verdict fail too, those aside that no run can judge
  --known <file>               breaches that are known, and do not count until the day on which that expires:
                               {"PAUSE-4": {"reason": "being fixed", "expires": "2026-09-01"}}
  --judge <history.jsonl>      judges a recorded run again, with no call
  --clean <ledger.jsonl>       deletes what an interrupted run has left

On GitHub (GITHUB_ACTIONS) what was found is annotated, and report.md is added to the step's summary.
Ends with 2 where nothing could be judged or the usage is wrong, else 1 where a rule fails, else 2 where something else
went wrong, such as the adapter, else 0.
`;
