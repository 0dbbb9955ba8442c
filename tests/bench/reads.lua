-- wrk: one GET again and again.
local headers = {["Authorization"] = "Bearer " .. (os.getenv("GATESLOT_TOKEN") or "")}
local path = "/"
function init(args) path = args[1] end
function request() return wrk.format("GET", path, headers) end
function done(summary, latency)
    io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
        summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout + summary.errors.status))
end
