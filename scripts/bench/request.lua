-- What wrk sends is told by the environment, so that one script serves every operation. There is no request() here:
-- without one wrk builds the request once, and the load costs the machine as little as it can.

wrk.method = os.getenv("BENCH_METHOD")
wrk.headers["Authorization"] = os.getenv("BENCH_AUTHORIZATION")

local body = os.getenv("BENCH_BODY")
if body then
  wrk.body = body
  wrk.headers["Content-Type"] = "application/json"
end

-- The last line of wrk's output, for the caller to parse: its own summary rounds.
function done(summary)
  local e = summary.errors
  local failed = e.connect + e.read + e.write + e.timeout + e.status
  io.write(string.format('{"requests":%d,"microseconds":%d,"failed":%d}\n', summary.requests, summary.duration, failed))
end
