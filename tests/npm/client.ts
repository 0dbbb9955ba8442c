/* A backend in small, with the types that openapi-typescript makes of the description of the API: it books, follows the feed and cancels. What the types
 * are there to forbid stands here too, and must not compile. Arguments: the daemon's address, a token. It prints what became of it as one line of JSON. */
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Schemas = components["schemas"];
type Event = Schemas["Event"];
type BookingEvent = Schemas["BookingEvent"];

const [, , address = "", token = ""] = process.argv;
const api = createClient<paths>({ baseUrl: address, headers: { Authorization: `Bearer ${token}`, "Accept-Language": "en" } });

/* The event's kind follows from its type, and with it what it carries. */
function isOfBooking(event: Event): event is BookingEvent {
  return event.type.startsWith("booking.");
}

function fail(what: string, problem: Schemas["Problem"] | undefined): never {
  throw new Error(`${what}: ${problem?.status} ${problem?.code}: ${problem?.detail}`);
}

const wish: Schemas["BookingRequest"] = {
  date: "2026-11-25",
  windows: ["morning"],
  plate: "浙D12345",
  plate_colour: "yellow",
  containers: ["CSQU3054383"],
  company: { uscc: "91350100M000100Y43", name: "某贸易公司" },
  driver: { name: "王师傅", phone: "13800138000" },
  reference: "order-4711",
};

async function book(key: string): Promise<Schemas["Booking"]> {
  const { data, error } = await api.POST("/v1/bookings", { params: { header: { "Idempotency-Key": key } }, body: wish });
  return data ?? fail("book", error);
}

/* Goes on reading until an event of the booking has that type: page by page, and waiting where there is none yet. */
async function follow(id: string, until: Schemas["EventType"], after: number): Promise<BookingEvent[]> {
  const seen: BookingEvent[] = [];
  for (;;) {
    const { data, error } = await api.GET("/v1/events", { params: { query: { after, wait: 20 } } });
    if (data === undefined) {
      return fail("follow", error);
    }
    seen.push(...data.items.filter(isOfBooking).filter((event) => event.booking_id === id));
    after = data.last_seq;
    if (seen.some((event) => event.type === until)) {
      return seen;
    }
  }
}

const booked = await book("order-4711-1");
const again = await book("order-4711-1");
const taken = await api.POST("/v1/bookings", {
  params: { header: { "Idempotency-Key": "order-4712-1" } },
  body: { ...wish, containers: ["MSKU1234565"], reference: "order-4712" },
});
const waiting = follow(booked.id, "booking.cancelled", 0);
const cancelled = await api.POST("/v1/bookings/{id}/cancel", {
  params: { path: { id: booked.id }, header: { "Idempotency-Key": "order-4711-2" } },
  body: { reason: "the goods are late" },
});
const events = await waiting;

/* What does not exist cannot be written down. */
// @ts-expect-error there is no such member
const misspelt: Schemas["BookingRequest"] = { ...wish, contaners: [] };
// @ts-expect-error nor such a code
const noCode: Schemas["ProblemCode"] = "ful";
// @ts-expect-error nor such a status
const noStatus: Schemas["Status"] = "parked";
// @ts-expect-error the key is required
const noKey = () => api.POST("/v1/bookings", { body: wish });
// @ts-expect-error there is no such path
const noPath = () => api.GET("/v1/booking", {});
void [misspelt, noCode, noStatus, noKey, noPath];

console.log(
  JSON.stringify({
    booked: booked.status,
    same: again.id === booked.id,
    refused: taken.error?.code,
    in_the_way: taken.error !== undefined && "booking_id" in taken.error ? taken.error.booking_id : null,
    cancelled: cancelled.data?.status ?? fail("cancel", cancelled.error),
    events: events.map((event) => `${event.type} ${event.data.reference ?? ""} ${event.data.status}`),
    id: booked.id,
  }),
);
