export { POST } from "../route/route.js";
export const runtime = "edge";
