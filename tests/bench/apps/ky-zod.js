import { createReader } from "../lib/ky-zod.js";

const client = createReader({ baseUrl: new URL("/plangrep", location.href).href });

export const first = () => client.getJob("job_1");
