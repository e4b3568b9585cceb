export { PlangrepClient } from "./client.js";
export {
  ApiError,
  ConnectionError,
  InvalidArgumentError,
  InvalidResponseError,
  JobBlockedError,
  JobFailedError,
  PlangrepError,
  TimeoutError,
  WaitTimeoutError,
} from "./errors.js";
export {
  currentJob,
  hasResult,
  isBlocked,
  isKnownStatus,
  isTerminal,
  jobStatuses,
  progress,
  summarizeBilling,
} from "./status.js";
