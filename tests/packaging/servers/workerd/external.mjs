import * as plangrep from "plangrep-client/external";
import module from "plangrep-client/plangrep_client.wasm";
import { workerOf } from "./visits.mjs";

await plangrep.init(module);
export default workerOf(plangrep);
