-- What wrk sends is told by the environment, so that one script serves every load: requests in turns, {n} in a body for the
-- number of the request, {world} in the authorization for one of many organizations.

local authorization = os.getenv("BENCH_AUTHORIZATION")
local worlds = tonumber(os.getenv("BENCH_WORLDS"))
local requests = {}
for index = 1, tonumber(os.getenv("BENCH_REQUESTS")) do
  local function told(name)
    return os.getenv("BENCH_" .. name .. "_" .. index)
  end
  requests[index] = { method = told("METHOD"), path = told("PATH"), body = told("BODY") }
end

-- Where two send to the same organizations, they do not meet in each of them at the same time.
local number = tonumber(os.getenv("BENCH_FIRST"))
local step = tonumber(os.getenv("BENCH_STEP"))

local function build()
  local one = requests[number % #requests + 1]
  number = number + step
  local headers = { Authorization = authorization:gsub("{world}", tostring(number % worlds)) }
  if one.body then
    headers["Content-Type"] = "application/json"
  end
  return wrk.format(one.method, one.path, headers, one.body and one.body:gsub("{n}", tostring(number)))
end

local first = requests[1]
if #requests > 1 or worlds > 1 or (first.body or ""):find("{n}", 1, true) then
  request = build
else
  -- Without request() wrk builds the request once, and the load costs the machine as little as it can.
  wrk.method = first.method
  wrk.body = first.body
  wrk.headers["Authorization"] = authorization
  if first.body then
    wrk.headers["Content-Type"] = "application/json"
  end
end

-- The last line of wrk's output, for the caller to parse: its own summary rounds.
function done(summary)
  local e = summary.errors
  local failed = e.connect + e.read + e.write + e.timeout + e.status
  io.write(string.format('{"requests":%d,"microseconds":%d,"failed":%d}\n', summary.requests, summary.duration, failed))
end
