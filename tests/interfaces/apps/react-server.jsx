import { StrictMode } from "react";
import { renderToString } from "react-dom/server";

export const rendered = (App) => (jobId) =>
  renderToString(
    <StrictMode>
      <App jobId={jobId} />
      <App jobId={jobId} />
    </StrictMode>,
  );
