// What a response has to be, by the contract, said independently of the package.

const text = (value) => typeof value === "string";
const number = (value) => Number.isFinite(value);
const object = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const optional = (check) => (value) => value === null || value === undefined || check(value);

/** What each field may be: a function, or the fields of an object that may be null, or of a list of objects. */
export const FIELDS = {
  id: text,
  externalId: optional(text),
  status: text,
  projectId: text,
  limits: { maxDeclaredBytes: number, maxFiles: number },
  pageCount: optional(number),
  successfulPageCount: optional(number),
  billing: { creditsDebited: number },
  files: [{ id: text, fileName: text, status: text }],
  resultUrl: optional(text),
  error: optional((value) => object(value) || text(value)),
  createdAt: text,
  updatedAt: text,
  completedAt: optional(text),
  expiresAt: optional(text),
};

/** Every place in a job: the names that lead there. */
export const PLACES = Object.entries(FIELDS).flatMap(([name, check]) => {
  if (typeof check === "function") return [[name]];
  const inner = Array.isArray(check) ? [[name, 0], ...Object.keys(check[0]).map((field) => [name, 0, field])] : [];
  return [[name], ...inner, ...(Array.isArray(check) ? [] : Object.keys(check).map((field) => [name, field]))];
});

/** The paths of what does not fit. */
function invalidPathsOf(value, check, path) {
  if (typeof check === "function") return check(value) ? [] : [path];
  if (value === null || value === undefined) return [];
  if (!Array.isArray(check)) return invalidPathsIn(value, check, path);
  if (!Array.isArray(value)) return [path];
  return value.flatMap((item, index) => invalidPathsIn(item, check[0], `${path}[${index}]`));
}

/** As `invalidPathsOf`, for an object that must be there. */
function invalidPathsIn(value, fields, path) {
  if (!object(value)) return [path];
  return Object.entries(fields).flatMap(([name, check]) => invalidPathsOf(value[name], check, `${path}.${name}`));
}

/** The paths of what does not fit in the response of `getJob(id)` or `listJobs(id)`; none: it has to be taken. */
export function invalidPaths(method, id, response) {
  if (!object(response)) return [""];
  if (method === "listJobs") {
    if (!Array.isArray(response.jobs)) return ["jobs"];
    return response.jobs.flatMap((job, index) => invalidPathsIn(job, FIELDS, `jobs[${index}]`));
  }
  const found = invalidPathsIn(response.job, FIELDS, "job");
  return found.length === 0 && response.job.id !== id ? ["job.id"] : found;
}

const ABSENT = {
  ...Object.fromEntries(Object.keys(FIELDS).map((name) => [name, null])),
  files: [],
};

/** A job that fits as the caller gets it: whole, and otherwise as it was. */
export function completed(job) {
  const whole = { ...job };
  for (const [name, value] of Object.entries(ABSENT)) whole[name] ??= value;
  if (text(whole.error)) whole.error = { message: whole.error };
  return whole;
}
