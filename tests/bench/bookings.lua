-- wrk: booking requests as the contract shows them, all different: key, plate, container. The requests take turns at the places named
-- (`date` or `date,window`), `each` at a time. The text is put together by hand and no answer is looked at here: on a
-- machine of two cores the generator's work is taken from the daemon's. Who calls counts afterwards what the daemon has booked.
local letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
local provinces = {"浙", "沪", "苏", "赣", "闽", "粤", "皖", "鲁", "豫", "湘"}
local n, each, wishes = 0, 1, {}
local head, tail

-- ISO 6346: letters count 10 up without the multiples of 11, each place twice the one before.
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
local function weigh(text, place)
    local sum = 0
    for k = 1, #text do sum = sum + value[string.sub(text, k, k)] * 2 ^ (place + k - 2) end
    return sum
end
local digits, upper, lower, owners = {}, {}, {}, {}
for i = 0, 999 do
    digits[i] = string.format("%03d", i)
    upper[i], lower[i] = weigh(digits[i], 5), weigh(digits[i], 8)
end
for i = 0, 23 do
    local code = "CS" .. string.sub(letters, i + 1, i + 1) .. "U"
    owners[i] = {code = code, weight = weigh(code, 1)}
end

function init(args)
    each = tonumber(args[2])
    for place in string.gmatch(args[3], "[^;]+") do
        local date, window = string.match(place, "([^,]+),?(.*)")
        wishes[#wishes + 1] = '{"date":"' .. date .. '",' .. (window ~= "" and '"windows":["' .. window .. '"],' or "") ..
            '"flexible":true,"waitlist":true,"priority":"normal","plate":"'
    end
    tail = '"],"company":{"uscc":"91350100M000100Y43","name":"柯桥第68外贸公司"},"driver":{"name":"王师傅","phone":"13800138000"},' ..
        '"declaration_no":"290620260123456789"}'
    head = "POST /v1/bookings HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAuthorization: Bearer " ..
        (os.getenv("GATESLOT_TOKEN") or "") .. "\r\nIdempotency-Key: " .. args[1] .. "-"
end

function request()
    n = n + 1
    local low, high, million = n % 1000, math.floor(n / 1000) % 1000, math.floor(n / 1000000)
    local owner = owners[million % 24]
    local letter = math.floor(n / 100000) % 24 + 1
    local body = wishes[math.floor(n / each) % #wishes + 1] .. provinces[math.floor(n / 2400000) % 10 + 1] .. string.sub(letters, letter, letter) ..
        string.sub(digits[high], 2) .. digits[low] .. '","plate_colour":"yellow","trailer_plate":"浙D1234挂","containers":["' .. owner.code ..
        digits[high] .. digits[low] .. (owner.weight + upper[high] + lower[low]) % 11 % 10 .. tail
    return head .. n .. "\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

function done(summary, latency)
    local e = summary.errors
    io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
        e.connect + e.read + e.write + e.timeout + e.status))
end
