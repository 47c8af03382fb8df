-- load.lua: what wrk asks, and what it tells afterwards. Run by run.py.
--
-- PERF_ASK names a file: method, cookie, body on a line each, then a path a line. With PERF_ONCE=1 each path is asked once and the
-- load ends when they are used up (steps, which can be taken once); else they are asked again and again. Answers that are no 2xx
-- or 3xx are counted: a refusal must not look like speed.

local ffi = require("ffi")
ffi.cdef("struct perf_time { long s, ns; }; int clock_gettime(int clock, struct perf_time *ret);")

local threads = {}

local function now_us()
    local t = ffi.new("struct perf_time")
    ffi.C.clock_gettime(1, t)
    return tonumber(t.s) * 1000000 + math.floor(tonumber(t.ns) / 1000)
end

function setup(thread)
    thread:set("number", #threads)
    table.insert(threads, thread)
end

function init()
    local file = assert(io.open(os.getenv("PERF_ASK")))
    local method, cookie, body = file:read("l", "l", "l")
    local count = tonumber(os.getenv("PERF_THREADS"))
    local line = 0
    wrk.method = method
    wrk.headers["Cookie"] = cookie
    wrk.headers["Accept-Language"] = "id"
    wrk.headers["Accept-Encoding"] = os.getenv("PERF_ENCODING")
    if body ~= "" then
        wrk.body = body
        wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
        wrk.headers["Origin"] = os.getenv("PERF_ORIGIN")
    end
    asks, place, refused, first_refusal = {}, 0, 0, 0
    for path in file:lines() do
        if line % count == number then
            table.insert(asks, wrk.format(nil, path))
        end
        line = line + 1
    end
    once = os.getenv("PERF_ONCE") == "1"
    first_us, last_us, answered = now_us(), 0, 0
    file:close()
end

function request()
    place = place + 1
    if place > #asks then
        if once then
            wrk.thread:stop() -- what is on its way is still done by the server, and no more listened to
        end
        place = 1
    end
    return asks[place]
end

function response(status)
    last_us, answered = now_us(), answered + 1
    if status >= 400 then
        refused = refused + 1
        if first_refusal == 0 then
            first_refusal = status
        end
    end
end

function done(summary, latency)
    local refused, status, answered, first, last = 0, 0, 0, math.huge, 0
    local e = summary.errors
    for _, thread in ipairs(threads) do
        refused = refused + thread:get("refused")
        status = math.max(status, thread:get("first_refusal"))
        answered = answered + thread:get("answered")
        first, last = math.min(first, thread:get("first_us")), math.max(last, thread:get("last_us"))
    end
    io.write(string.format('PERF {"requests": %d, "us": %d, "p99_us": %d, "refused": %d, "status": %d, "broken": %d}\n',
        answered, last - first, latency:percentile(99), refused, status,
        e.connect + e.read + e.write + e.timeout))
end
