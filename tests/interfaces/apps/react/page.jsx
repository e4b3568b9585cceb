import { Job } from "../../../../recipes/react/Job.jsx";
import { mounted } from "../react.jsx";

export const mount = mounted(Job);
