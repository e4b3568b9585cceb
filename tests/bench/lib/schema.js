// The job as zod checks it: the same fields, and the same leniency, as the client's own model.

import { z } from "zod";

const text = z.string();
const nullable = (type) => type.nullable().default(null);

export const Job = z.looseObject({
  id: text,
  externalId: nullable(text),
  status: text,
  projectId: text,
  limits: nullable(z.looseObject({ maxDeclaredBytes: z.number(), maxFiles: z.number() })),
  pageCount: nullable(z.number()),
  successfulPageCount: nullable(z.number()),
  billing: nullable(z.looseObject({ creditsDebited: z.number() })),
  files: z
    .array(z.looseObject({ id: text, fileName: text, status: text }))
    .nullish()
    .transform((files) => files ?? []),
  resultUrl: nullable(text),
  error: nullable(z.union([z.looseObject({}), text.transform((message) => ({ message }))])),
  createdAt: text,
  updatedAt: text,
  completedAt: nullable(text),
  expiresAt: nullable(text),
});

export const GetJob = z.object({ job: Job });
export const ListJobs = z.object({ jobs: z.array(Job) });
