// The options as the contract lists them.

/** Those of a client. */
export const CLIENT_OPTIONS = [
  "apiKey",
  "baseUrl",
  "fetch",
  "headers",
  "timeoutMs",
  "maxRetries",
  "pollFloorMs",
  "maxConcurrency",
  "dangerouslyAllowBrowser",
  "onEvent",
];
