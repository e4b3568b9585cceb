import { Job } from "../../../../recipes/react/Job.jsx";
import { rendered } from "../react-server.jsx";

export const render = rendered(Job);
