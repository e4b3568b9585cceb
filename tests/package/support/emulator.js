// A Plangrep API on this machine, for one test file.

import { startEmulator as start } from "../../support/emulator.js";
import { given } from "./given.js";

/** Starts an emulator of its own on a free port. */
export const startEmulator = (...args) => start(given("PLANGREP_EMULATOR"), args);
