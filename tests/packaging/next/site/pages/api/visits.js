// Several visitors at once of one edge function, and some who leave.

import * as plangrep from "plangrep-client";
import { workerOf } from "../../visits.mjs";

export const config = { runtime: "edge" };

const worker = workerOf(plangrep);

export default (request) => worker.fetch(request);
