import { Job } from "manual";
import { rendered } from "../react-server.jsx";

export const render = rendered(({ jobId }) => <Job id={jobId} />);
