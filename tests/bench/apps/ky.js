import ky from "ky";

const api = ky.create({ prefix: "/plangrep" });

export const first = () => api.get("api/open/v1/jobs/job_1").json();
