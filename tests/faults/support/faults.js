// Every fault that the emulator knows, and what the client makes of it.

import { codeOf } from "../../support/tables.js";

const respond = (status, more = {}) => ({ respond: { status, ...more } });
const each = (values, entry) => Object.fromEntries(values.map(entry));

/** Tried again by a request, survived by a wait. */
const passing = (code, rule, more) => ({ becomes: "passing", code, rule, ...more });
/** Ends a request; survived by a wait. */
const invalid = (path, rule, more) => ({ becomes: "invalid", code: "invalid_response", path, rule, ...more });
/** Ends both. */
const final = (code, rule, more) => ({ becomes: "final", code, rule, ...more });
/** Makes no difference. */
const harmless = (rule, more) => ({ becomes: "harmless", rule, ...more });

const SHAPES = ["errorObject", "codeMessage", "errorString", "message", "detail", "text", "html", "empty", "echo"];
const DATE = "Sun, 06 Nov 1994 08:49:37 GMT";
const SECOND_AFTER = {
  IMF: "Sun, 06 Nov 1994 08:49:38 GMT",
  "RFC 850": "Sunday, 06-Nov-94 08:49:38 GMT",
  asctime: "Sun Nov  6 08:49:38 1994",
};
const slow = { slow: true };
const first = { get: "/job", list: "/jobs/0" };
const at = (field) => ({ get: `job.${field}`, list: `jobs[0].${field}` });
/** A rule that differs by endpoint. */
const by = (make) => ({ get: make(first.get), list: make(first.list) });

/**
 * `rule`: what the emulator is told, or one rule for each endpoint; `only`: the endpoint that it makes sense for;
 * `slow`: it ends by the client's timeout.
 */
export const FAULTS = {
  ...each([400, 402, 405, 406, 409, 410, 418, 422, 451], (status) => [
    `${status}`,
    final(codeOf(status), respond(status)),
  ]),
  401: final("unauthorized", respond(401)),
  403: final("forbidden", respond(403)),
  404: final("not_found", respond(404)),
  501: final("server_error", respond(501)),
  505: final("server_error", respond(505)),
  ...each([500, 502, 503, 504], (status) => [`${status}`, passing("server_error", respond(status))]),
  ...each([408, 425], (status) => [`${status}`, passing("http_error", respond(status))]),
  429: passing("rate_limited", respond(429)),
  ...each(["0", "-1", "soon", "1e3", "Sun, 06 Nov 1994 08:49:37 GMT"], (value) => [
    `429, Retry-After: ${value}`,
    passing("rate_limited", { ...respond(429), headers: { "retry-after": value } }),
  ]),
  "503, Retry-After: 1": passing(
    "server_error",
    { ...respond(503), headers: { "retry-after": "1" } },
    { delayMs: 1000 },
  ),
  ...each(
    ["", "61 s", "1.5", "3600, 7200", "Infinity", "2099-01-01T00:00:00Z", "Fri, 31 Feb 2099 00:00:00 GMT"],
    (value) => [
      `503, Retry-After: ${JSON.stringify(value)}`,
      passing("server_error", { ...respond(503), headers: { "retry-after": value } }),
    ],
  ),
  ...each(Object.entries(SECOND_AFTER), ([form, value]) => [
    `503, Retry-After: a second after Date, ${form}`,
    passing("server_error", { ...respond(503), headers: { "retry-after": value, date: DATE } }, { delayMs: 1000 }),
  ]),
  "429, Retry-After: before Date": passing("rate_limited", {
    ...respond(429),
    headers: { "retry-after": DATE, date: "Sun, 06 Nov 1994 09:49:37 GMT" },
  }),
  ...each(SHAPES, (body) => [`401, body ${body}`, final("unauthorized", respond(401, { body }))]),
  ...each(SHAPES, (body) => [`502, body ${body}`, passing("server_error", respond(502, { body }))]),
  "500 with a body without end": passing("server_error", respond(500, { body: { huge: { bytes: 1e11 } } })),
  "403 whose length is a lie": final("forbidden", respond(403, { body: { huge: { bytes: 1e11, declared: true } } })),
  "404 that stalls": final("not_found", { ...respond(404), send: { then: "stall", of: "body", after: 5 } }, slow),
  "500 that stalls": passing("server_error", { ...respond(500), send: { then: "stall", of: "body", after: 5 } }, slow),
  "400 that is cut": final("http_error", { ...respond(400), send: { then: "cut", of: "body", after: 5 } }),

  ...each([300, 301, 302, 303, 307, 308], (status) => [
    `redirect ${status}`,
    final("http_error", { ...respond(status), headers: { location: "/api/open/v1/jobs/elsewhere" } }),
  ]),
  304: final("http_error", respond(304)),

  "a captive portal": invalid("", respond(200, { body: "html" })),
  "an empty 200": invalid("", respond(200, { body: "empty" })),
  "a 200 of text": invalid("", respond(200, { body: "text", message: "fine" })),
  204: invalid("", respond(204)),
  ...each(["null", "true", "7", '"job"', "[]"], (raw) => [
    `a 200 of ${raw}`,
    invalid("", respond(200, { body: { raw } })),
  ]),
  "nested too deep to be a job": invalid("", respond(200, { body: { raw: "[".repeat(200_000) } })),
  "truncated JSON": invalid("", { change: [{ truncate: -20 }] }),
  "invalid JSON": invalid("", { change: ["invalidJson"] }),
  "invalid UTF-8": invalid({ get: "job", list: "jobs" }, { change: ["invalidUtf8"] }),
  "wrong envelope": invalid({ get: "job", list: "jobs" }, { change: ["wrongEnvelope"] }),
  "no envelope": invalid({ get: "job", list: "" }, { change: ["noEnvelope"] }),
  "only id and status": invalid(at("projectId"), { change: ["bare"] }),
  "a page count of a wrong type": invalid(
    at("pageCount"),
    by((job) => ({ change: [{ set: { at: `${job}/pageCount`, to: "many" } }] })),
  ),
  "files of a wrong type": invalid(
    at("files"),
    by((job) => ({ change: [{ set: { at: `${job}/files`, to: {} } }] })),
  ),
  "no createdAt": invalid(
    at("createdAt"),
    by((job) => ({ change: [{ remove: `${job}/createdAt` }] })),
  ),
  "no id": invalid(
    at("id"),
    by((job) => ({ change: [{ remove: `${job}/id` }] })),
  ),
  // A mistake of whoever answers, which another request would repeat.
  "another job": final(
    "invalid_response",
    { change: [{ otherId: "job_other" }] },
    { only: "get", path: { get: "job.id" } },
  ),

  "nothing, ever": passing("timeout", { send: { then: "stall" } }, slow),
  "a stall within the headers": passing("timeout", { send: { then: "stall", after: 40 } }, slow),
  "a stall in the body": passing("timeout", { send: { then: "stall", of: "body", after: 10 } }, slow),
  "a body that never ends in time": passing("timeout", { send: { drip: { bytes: 1, everyMs: 100 } } }, slow),
  "a reset": passing("connection_failed", { send: { then: "reset" } }),
  "a reset in the headers": passing("connection_failed", { send: { then: "reset", after: 30 } }),
  "a reset in the body": passing("connection_failed", { send: { then: "reset", of: "body", after: 30 } }),
  "a cut before the headers": passing("connection_failed", { send: { then: "cut" } }),
  "a cut in the headers": passing("connection_failed", { send: { then: "cut", after: 30 } }),
  "a cut at the body's begin": passing("connection_failed", { send: { then: "cut", of: "body", after: 0 } }),
  "a cut in the body's last byte": passing("connection_failed", { send: { then: "cut", after: -1 } }),

  latency: harmless({ delayMs: 100, jitterMs: 50 }),
  "a stall that ends": harmless({ send: { then: "stall", of: "body", after: 10, forMs: 150 } }),
  "a body in bits": harmless({ send: { drip: { bytes: 100, everyMs: 2 } } }),
  "a byte order mark": harmless({ change: ["bom"] }),
  "a key twice": harmless({ change: ["duplicateKeys"] }),
  "unknown fields": harmless({ change: [{ fields: { later: { added: [true] } } }] }),
  "required fields alone": harmless({ change: ["abridged"] }),
  "the list upside down": harmless({ change: ["reverse"] }, { only: "list" }),
  "an old response": harmless({ staleMs: 10 }),
  "no CORS": harmless({ headers: { "access-control-allow-origin": null } }),
  "no Date": harmless({ headers: { date: null } }),
};

const HOUR = 3_600_000;
const postponed = (headers, retryAfterMs) => ({ headers, retryAfterMs });

/**
 * Headers that demand a longer pause than a request waits, and how long that is in ms: a request ends at once
 * and says so, a wait sleeps as long.
 */
export const POSTPONED = {
  "a second more than a minute": postponed({ "retry-after": "61" }, 61_000),
  "an hour": postponed({ "retry-after": "3600" }, HOUR),
  "a month, beyond what one timer holds": postponed({ "retry-after": "2592000" }, 720 * HOUR),
  "beyond all reason": postponed({ "retry-after": "9".repeat(40) }, 1e12),
  "an hour after Date, IMF": postponed({ "retry-after": "Sun, 06 Nov 1994 09:49:37 GMT", date: DATE }, HOUR),
  "an hour after Date, RFC 850": postponed({ "retry-after": "Sunday, 06-Nov-94 09:49:37 GMT", date: DATE }, HOUR),
  "an hour after Date, asctime": postponed({ "retry-after": "Sun Nov  6 09:49:37 1994", date: DATE }, HOUR),
  "the last second of the calendar": postponed(
    { "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT", date: DATE },
    Date.parse("9999-12-31T23:59:59Z") - Date.parse(DATE),
  ),
};
