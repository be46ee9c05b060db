/** Path of the events by HTTP. */
export const eventsPath = "/api/v1/events";
