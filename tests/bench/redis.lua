-- The same booking as a Redis script: idempotency key, plate, container, the least loaded slot of the date and its capacity; then the
-- booking, its event and the answer a retry gets. KEYS none; ARGV: key, number, trailer, uscc, company, driver, phone, declaration.
local key, n = 'idem:' .. ARGV[1], ARGV[2]
local kept = redis.call('GET', key)
if kept then return kept end
local number = tonumber(n)
local date = number % 60
local plate, container = 'plate:' .. date .. ':' .. n, 'container:' .. n
if redis.call('EXISTS', plate) == 1 then return '{"code":"duplicate_plate"}' end
if redis.call('EXISTS', container) == 1 then return '{"code":"duplicate_container"}' end
local slots = 'slots:' .. date
local least = redis.call('ZRANGE', slots, 0, 0, 'WITHSCORES')
local slot, booked
if least[1] then slot, booked = least[1], tonumber(least[2]) else
    slot, booked = '0', 0
    for i = 0, 23 do redis.call('ZADD', slots, 0, i) end
end
if booked >= 1250 then return '{"code":"full"}' end
redis.call('ZINCRBY', slots, 1, slot)
local id = redis.call('INCR', 'bookings')
local answer = '{"id":' .. id .. ',"status":"booked","date":' .. date .. ',"slot":' .. slot .. ',"plate":"' .. n .. '"}'
redis.call('HSET', 'booking:' .. id, 'date', date, 'slot', slot, 'place', booked, 'plate', n, 'trailer', ARGV[3], 'container', n, 'uscc', ARGV[4],
    'company', ARGV[5], 'driver', ARGV[6], 'phone', ARGV[7], 'declaration', ARGV[8], 'status', 'booked', 'created', redis.call('TIME')[1])
redis.call('SET', plate, id)
redis.call('SET', container, id)
redis.call('XADD', 'event', '*', 'type', 'booking.booked', 'booking', id, 'data', answer)
redis.call('SET', key, answer)
return answer
