import * as plangrep from "plangrep-client";
import { workerOf } from "./visits.mjs";

export default workerOf(plangrep);
