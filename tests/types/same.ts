// The published declarations mean what the contract says: each accepts all that the other gives.

import type * as Published from "plangrep-client";
import type * as Contract from "./contract.js";

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** Every type that is exported, by name, so that a difference names its place. */
export const types: {
  TerminalJobStatus: Same<Published.TerminalJobStatus, Contract.TerminalJobStatus>;
  KnownJobStatus: Same<Published.KnownJobStatus, Contract.KnownJobStatus>;
  JobStatus: Same<Published.JobStatus, Contract.JobStatus>;
  Job: Same<Published.Job, Contract.Job>;
  JobLimits: Same<Published.JobLimits, Contract.JobLimits>;
  JobBilling: Same<Published.JobBilling, Contract.JobBilling>;
  JobFile: Same<Published.JobFile, Contract.JobFile>;
  JobError: Same<Published.JobError, Contract.JobError>;
  JobStatusInfo: Same<Published.JobStatusInfo, Contract.JobStatusInfo>;
  BillingTotals: Same<Published.BillingTotals, Contract.BillingTotals>;
  BillingSummary: Same<Published.BillingSummary, Contract.BillingSummary>;
  ClientOptions: Same<Published.ClientOptions, Contract.ClientOptions>;
  FetchInit: Same<Published.FetchInit, Contract.FetchInit>;
  FetchResponse: Same<Published.FetchResponse, Contract.FetchResponse>;
  FetchLike: Same<Published.FetchLike, Contract.FetchLike>;
  ClientEvent: Same<Published.ClientEvent, Contract.ClientEvent>;
  RequestOptions: Same<Published.RequestOptions, Contract.RequestOptions>;
  WaitOptions: Same<Published.WaitOptions, Contract.WaitOptions>;
  WatchOptions: Same<Published.WatchOptions, Contract.WatchOptions>;
  WatchProjectOptions: Same<Published.WatchProjectOptions, Contract.WatchProjectOptions>;
  JobUpdate: Same<Published.JobUpdate, Contract.JobUpdate>;
  ProjectUpdate: Same<Published.ProjectUpdate, Contract.ProjectUpdate>;
  CheckOptions: Same<Published.CheckOptions, Contract.CheckOptions>;
  Check: Same<Published.Check, Contract.Check>;
  JobCheck: Same<Published.JobCheck, Contract.JobCheck>;
  ProjectCheck: Same<Published.ProjectCheck, Contract.ProjectCheck>;
  Watch: Same<Published.Watch<Published.Job>, Contract.Watch<Contract.Job>>;
  Store: Same<Published.Store<Published.Job>, Contract.Store<Contract.Job>>;
  StoreStatus: Same<Published.StoreStatus, Contract.StoreStatus>;
  JobState: Same<Published.JobState, Contract.JobState>;
  ProjectState: Same<Published.ProjectState, Contract.ProjectState>;
  PlangrepClient: Same<Published.PlangrepClient, Contract.PlangrepClient>;
  ErrorCode: Same<Published.ErrorCode, Contract.ErrorCode>;
  PlangrepError: Same<Published.PlangrepError, Contract.PlangrepError>;
  InvalidArgumentError: Same<Published.InvalidArgumentError, Contract.InvalidArgumentError>;
  ApiError: Same<Published.ApiError, Contract.ApiError>;
  ConnectionError: Same<Published.ConnectionError, Contract.ConnectionError>;
  TimeoutError: Same<Published.TimeoutError, Contract.TimeoutError>;
  InvalidResponseError: Same<Published.InvalidResponseError, Contract.InvalidResponseError>;
  WaitTimeoutError: Same<Published.WaitTimeoutError, Contract.WaitTimeoutError>;
  JobFailedError: Same<Published.JobFailedError, Contract.JobFailedError>;
  JobBlockedError: Same<Published.JobBlockedError, Contract.JobBlockedError>;
  /** All values that are exported, and no other. */
  values: Same<typeof Published, typeof Contract>;
  names: Same<keyof typeof Published, keyof typeof Contract>;
} = {
  TerminalJobStatus: true,
  KnownJobStatus: true,
  JobStatus: true,
  Job: true,
  JobLimits: true,
  JobBilling: true,
  JobFile: true,
  JobError: true,
  JobStatusInfo: true,
  BillingTotals: true,
  BillingSummary: true,
  ClientOptions: true,
  FetchInit: true,
  FetchResponse: true,
  FetchLike: true,
  ClientEvent: true,
  RequestOptions: true,
  WaitOptions: true,
  WatchOptions: true,
  WatchProjectOptions: true,
  JobUpdate: true,
  ProjectUpdate: true,
  CheckOptions: true,
  Check: true,
  JobCheck: true,
  ProjectCheck: true,
  Watch: true,
  Store: true,
  StoreStatus: true,
  JobState: true,
  ProjectState: true,
  PlangrepClient: true,
  ErrorCode: true,
  PlangrepError: true,
  InvalidArgumentError: true,
  ApiError: true,
  ConnectionError: true,
  TimeoutError: true,
  InvalidResponseError: true,
  WaitTimeoutError: true,
  JobFailedError: true,
  JobBlockedError: true,
  values: true,
  names: true,
};

/** Options are told apart by their names too: all are optional, so one that is missing would not show above. */
export const names: {
  ClientOptions: Same<keyof Published.ClientOptions, keyof Contract.ClientOptions>;
  RequestOptions: Same<keyof Published.RequestOptions, keyof Contract.RequestOptions>;
  WaitOptions: Same<keyof Published.WaitOptions, keyof Contract.WaitOptions>;
  CheckOptions: Same<keyof Published.CheckOptions, keyof Contract.CheckOptions>;
  WatchOptions: Same<keyof Published.WatchOptions, keyof Contract.WatchOptions>;
  WatchProjectOptions: Same<keyof Published.WatchProjectOptions, keyof Contract.WatchProjectOptions>;
} = {
  ClientOptions: true,
  RequestOptions: true,
  WaitOptions: true,
  CheckOptions: true,
  WatchOptions: true,
  WatchProjectOptions: true,
};
