// The two calls as an application would write them with ky and zod.

import ky from "ky";
import { GetJob, ListJobs } from "./schema.js";

export function createReader({ baseUrl, apiKey, fetch }) {
  const api = ky.create({
    prefix: baseUrl,
    headers: { accept: "application/json", ...(apiKey && { authorization: `Bearer ${apiKey}` }) },
    timeout: 30_000,
    retry: { limit: 2 },
    ...(fetch && { fetch }),
  });
  const read = async (path, schema, options) => schema.parse(await api.get(path, options).json());
  return {
    getJob: async (id, { signal } = {}) =>
      (await read(`api/open/v1/jobs/${encodeURIComponent(id)}`, GetJob, { signal })).job,
    listJobs: async (id, { signal } = {}) =>
      (await read(`api/open/v1/projects/${encodeURIComponent(id)}/jobs`, ListJobs, { signal })).jobs,
  };
}
