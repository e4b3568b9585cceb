// The tables of `src/core`, as its own test writes them: fields, statuses, error codes, what is tried again, operations.
// Tests that need such a list take it from here, but for the one oracle that is told independently of the package:
// `tests/faults/support/model.js`.

import { readFileSync } from "node:fs";

export const tables = JSON.parse(readFileSync(new URL("tables.json", import.meta.url), "utf8"));

export const { errorCodes, jobFields, operations, pollFloorMs, retriedStatuses, statuses } = tables;

/** The code of the error for a response with this status. */
export const codeOf = (status) => {
  const { [status]: own, "5xx": ofServer } = tables.errorCodeByStatus;
  return own ?? (status >= 500 ? ofServer : "http_error");
};

/** The statuses after which a job does not change any more. */
export const TERMINAL = statuses.filter((row) => row.terminal).map(({ status }) => status);
