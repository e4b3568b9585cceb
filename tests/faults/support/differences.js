// What a browser makes of a fault, where that is not what Node makes of it: laid over the table of faults.

const hidden = { status: 0, why: "a browser hides a redirect that is not followed, its status and headers with it" };
const repeated = {
  repeats: true,
  why: "Chromium asks again by itself where a connection that served before fails before it has a response's headers",
};

/** In a page, whatever its origin. `repeats`: more requests may come than the client makes. */
export const IN_PAGE = {
  ...Object.fromEntries([301, 302, 303, 307, 308].map((status) => [`redirect ${status}`, hidden])),
  408: {
    repeats: true,
    why: "Chromium takes a 408 for the end of a connection that served before, and asks again by itself",
  },
  "a reset": repeated,
  "a reset in the headers": repeated,
  "a cut before the headers": repeated,
  "a cut in the headers": {
    becomes: "invalid",
    code: "invalid_response",
    path: "",
    why: "over http Chromium takes the headers that came for all there are, and the cut for the end of the body",
  },
};

/** In a page of another origin than the API's, besides. */
export const FROM_ANOTHER_ORIGIN = {
  "no CORS": { becomes: "passing", code: "connection_failed", why: "the page may not read such a response" },
  "a cut in the headers": {
    becomes: "passing",
    code: "connection_failed",
    path: undefined,
    why: "the header that lets the page read the response is cut off",
  },
};
