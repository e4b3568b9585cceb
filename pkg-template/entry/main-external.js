export * from "../src/index.js";
export { init } from "./external.js";
