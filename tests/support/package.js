// The package under test: PLANGREP_PACKAGE names the file to import, else it is the fresh build in pkg/.

import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const built = fileURLToPath(new URL("../../pkg/index.mjs", import.meta.url));

/** The file's URL. */
export const location = pathToFileURL(resolve(process.env.PLANGREP_PACKAGE ?? built)).href;

export const {
  ApiError,
  ConnectionError,
  currentJob,
  hasResult,
  InvalidArgumentError,
  InvalidResponseError,
  isBlocked,
  isKnownStatus,
  isTerminal,
  JobBlockedError,
  JobFailedError,
  jobStatuses,
  PlangrepClient,
  PlangrepError,
  progress,
  summarizeBilling,
  TimeoutError,
  WaitTimeoutError,
} = await import(location);

/** The package once more, with classes and wasm of its own. */
export const anotherCopy = () => import(`${location}?copy=${crypto.randomUUID()}`);
