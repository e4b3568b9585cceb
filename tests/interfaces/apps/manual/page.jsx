import { Job } from "manual";
import { mounted } from "../react.jsx";

export const mount = mounted(({ jobId }) => <Job id={jobId} />);
