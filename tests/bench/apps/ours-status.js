export { isTerminal } from "plangrep-client";
