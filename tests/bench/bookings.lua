-- wrk: booking requests as the contract shows them, all different: key, plate, container, date.
local letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
local provinces = {"浙", "沪", "苏", "赣", "闽", "粤", "皖", "鲁", "豫", "湘"}
local value = {}
for i = 0, 9 do value[string.char(48 + i)] = i end
do
    local v = 10
    for i = 0, 25 do
        if v % 11 == 0 then v = v + 1 end
        value[string.char(65 + i)] = v
        v = v + 1
    end
end

local n, dates, run, one_slot = 0, {}, "", nil

function init(args)
    run = args[1]
    for d in string.gmatch(args[2], "[^,]+") do dates[#dates + 1] = d end
    one_slot = args[3]
end

local function container(i)
    local third = string.sub(letters, i / 1000000 % 24 + 1, i / 1000000 % 24 + 1)
    local head = string.format("CS%sU%06d", third, i % 1000000)
    local sum, weight = 0, 1
    for k = 1, 10 do
        sum = sum + value[string.sub(head, k, k)] * weight
        weight = weight * 2
    end
    return head .. (sum % 11 % 10)
end

local path = "/v1/bookings"
local headers = {["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. (os.getenv("GATESLOT_TOKEN") or "")}

function request()
    n = n + 1
    local letter = math.floor(n / 100000) % 24 + 1
    local plate = provinces[math.floor(n / 2400000) % 10 + 1] .. string.sub(letters, letter, letter) .. string.format("%05d", n % 100000)
    headers["Idempotency-Key"] = run .. "-" .. n
    local wish = one_slot and ('"windows":["' .. one_slot .. '"],') or ""
    local body = '{"date":"' .. dates[n % #dates + 1] .. '",' .. wish .. '"flexible":true,"waitlist":true,"priority":"normal","plate":"' .. plate ..
        '","plate_colour":"yellow","trailer_plate":"浙D1234挂","containers":["' .. container(n) ..
        '"],"company":{"uscc":"91350100M000100Y43","name":"柯桥第68外贸公司"},"driver":{"name":"王师傅","phone":"13800138000"},"declaration_no":"290620260123456789"}'
    return wrk.format("POST", path, headers, body)
end

bad = 0
function response(status)
    if status ~= 201 then bad = bad + 1 end
end

local threads = {}
function setup(thread) table.insert(threads, thread) end

function done(summary, latency)
    local wrong = 0
    for _, t in ipairs(threads) do wrong = wrong + (t:get("bad") or 0) end
    io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
        wrong + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
