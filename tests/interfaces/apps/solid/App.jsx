import { Job } from "../../../../recipes/solid/Job.jsx";

export const App = (props) => (
  <div>
    <Job jobId={props.jobId} />
    <Job jobId={props.jobId} />
  </div>
);
