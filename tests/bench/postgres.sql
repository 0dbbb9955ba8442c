-- The same booking as a stored function: the idempotency key, plate, container, the slot and its capacity; then the booking, its
-- event and the answer a retry gets. The slots' capacities add up to their window's, so they keep the window's too. A quarter of a page
-- is filled with slots: the room lets their counts change in place (HOT), as one who tunes this would have it.
CREATE TABLE slot (date date, no int, capacity int NOT NULL, booked int NOT NULL DEFAULT 0, PRIMARY KEY (date, no), CHECK (booked <= capacity))
    WITH (fillfactor = 25);
CREATE TABLE booking (id bigserial PRIMARY KEY, date date NOT NULL, slot int NOT NULL, place int NOT NULL, plate text NOT NULL, trailer text,
    container text NOT NULL, uscc text NOT NULL, company text, driver text, phone text, declaration text, status text NOT NULL DEFAULT 'booked',
    created timestamptz NOT NULL DEFAULT now(), UNIQUE (date, slot, place));
CREATE UNIQUE INDEX ON booking (container) WHERE status = 'booked';
CREATE INDEX ON booking (plate, date) WHERE status = 'booked';
CREATE TABLE event (seq bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), type text NOT NULL, booking bigint NOT NULL, data jsonb NOT NULL);
CREATE TABLE idem (key text PRIMARY KEY, fingerprint bytea NOT NULL, answer jsonb NOT NULL);

-- Empties it for the next round: 24 slots on each of 60 dates.
CREATE PROCEDURE empty(slot_capacity int) LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE slot, booking, event, idem RESTART IDENTITY;
    INSERT INTO slot SELECT current_date + d, n, slot_capacity FROM generate_series(0, 59) d, generate_series(0, 23) n;
END $$;

-- fill: not the least loaded slot but the first with room, so that at any time all want the same one.
CREATE FUNCTION book(k text, n bigint, day int, fill boolean) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE s slot%ROWTYPE; b bigint; answer jsonb; wanted date := current_date + day; kept jsonb;
    p text := '浙' || chr(65 + (n / 100000 % 24)::int) || lpad((n % 100000)::text, 5, '0'); c text := 'CSQU' || lpad(n::text, 12, '0');
BEGIN
    SELECT i.answer INTO kept FROM idem i WHERE key = k;
    IF kept IS NOT NULL THEN RETURN kept; END IF;
    IF EXISTS (SELECT 1 FROM booking WHERE plate = p AND date = wanted AND status = 'booked') THEN RETURN '{"code":"duplicate_plate"}'; END IF;
    IF EXISTS (SELECT 1 FROM booking WHERE container = c AND status = 'booked') THEN RETURN '{"code":"duplicate_container"}'; END IF;
    FOR attempt IN 1..3 LOOP -- none is found when the slot filled up while this one waited for it
        IF fill THEN
            SELECT * INTO s FROM slot WHERE date = wanted AND booked < capacity ORDER BY no LIMIT 1 FOR UPDATE;
        ELSE
            SELECT * INTO s FROM slot WHERE date = wanted AND booked < capacity ORDER BY booked::float / capacity, no LIMIT 1 FOR UPDATE;
        END IF;
        EXIT WHEN FOUND;
    END LOOP;
    IF s IS NULL THEN RETURN '{"code":"full"}'; END IF;
    UPDATE slot SET booked = booked + 1 WHERE date = s.date AND no = s.no RETURNING booked - 1 INTO s.booked;
    INSERT INTO booking (date, slot, place, plate, trailer, container, uscc, company, driver, phone, declaration)
        VALUES (wanted, s.no, s.booked, p, '浙D1234挂', c, '91350100M000100Y43', '柯桥第68外贸公司', '王师傅', '13800138000', '290620260123456789') RETURNING id INTO b;
    answer := jsonb_build_object('id', b, 'status', 'booked', 'date', wanted, 'slot', s.no, 'plate', p);
    INSERT INTO event (type, booking, data) VALUES ('booking.booked', b, answer);
    INSERT INTO idem VALUES (k, sha256(k::bytea), answer);
    RETURN answer;
END $$;
