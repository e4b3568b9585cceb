// How a server may send back what it was sent.

export const ECHOES = {
  "error object": (said) => ({ error: { code: said, message: said } }),
  "code and message": (said) => ({ code: said, message: said }),
  "error string": (said) => ({ error: said }),
  message: (said) => ({ message: said }),
  detail: (said) => ({ detail: said }),
  deep: (said) => ({ request: { headers: [{ authorization: said, [said]: said }] } }),
  text: (said) => `You sent ${said}.`,
  HTML: (said) => `<pre>${said}</pre>`,
};

/** The statuses that it answers with, one after another. */
export const STATUSES = [401, 403, 404, 409, 302, 500, 503, 200];

/** The headers in which it sends it back besides. */
export const echoHeaders = (said) => ({
  "x-request-id": said,
  "cf-ray": said,
  "retry-after": said,
  "x-echo": said,
  location: `/${said}`,
});
