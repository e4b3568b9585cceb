import { jobStatuses, PlangrepClient } from "plangrep-client";

export const render = () => [
  jobStatuses().length > 5,
  new PlangrepClient({ apiKey: "k".repeat(20) }) instanceof PlangrepClient,
];
